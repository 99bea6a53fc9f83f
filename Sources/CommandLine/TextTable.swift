/// A table of texts: a line of titles, and below it rows in aligned columns two spaces apart.
package struct TextTable {
  /// One column.
  package struct Column: Sendable {
    /// The title above the column.
    package let title: String
    /// Whether the texts are aligned at their ends, as numbers are.
    package let isRightAligned: Bool

    /// A column aligned at the beginnings of its texts.
    package static func left(_ title: String) -> Column {
      Column(title: title, isRightAligned: false)
    }
    /// A column aligned at the ends of its texts, for numbers.
    package static func right(_ title: String) -> Column {
      Column(title: title, isRightAligned: true)
    }
  }

  private let columns: [Column]
  private var rows: [[String]] = []

  /// An empty table.
  package init(_ columns: Column...) {
    self.columns = columns
  }

  /// Adds a row of one text per column.
  package mutating func append(_ row: String...) {
    append(row)
  }

  /// Adds a row of one text per column.
  package mutating func append(_ row: [String]) {
    precondition(row.count == columns.count, "a row has one text per column")
    rows.append(row)
  }

  /// The lines of the table, each with a line feed and without spaces at its end. The line of titles is
  /// left out if all titles are empty.
  package func rendered() -> String {
    let titles = columns.map(\.title)
    let lines = titles.allSatisfy(\.isEmpty) ? rows : [titles] + rows
    let widths = columns.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { Self.line($0, columns, widths) + "\n" }.joined()
  }

  private static func line(_ texts: [String], _ columns: [Column], _ widths: [Int]) -> String {
    var line = ""
    var pending = 0
    for (index, text) in texts.enumerated() {
      let padding = widths[index] - text.count
      if columns[index].isRightAligned { pending += padding }
      if !text.isEmpty {
        line += String(repeating: " ", count: pending) + text
        pending = 0
      }
      pending += (columns[index].isRightAligned ? 0 : padding) + 2
    }
    return line
  }
}
