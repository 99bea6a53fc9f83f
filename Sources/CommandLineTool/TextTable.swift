/// A table of texts in aligned columns, two spaces apart, under a line of titles.
package struct TextTable {
  /// One column.
  package struct Column: Sendable {
    /// What stands above it.
    package let title: String
    /// Whether its texts end, rather than begin, at one line; for numbers.
    package let isRightAligned: Bool

    /// A column of texts.
    package static func left(_ title: String) -> Column {
      Column(title: title, isRightAligned: false)
    }
    /// A column of numbers.
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

  /// Adds a row, one text for each column.
  package mutating func append(_ row: String...) {
    append(row)
  }

  /// Adds a row, one text for each column.
  package mutating func append(_ row: [String]) {
    precondition(row.count == columns.count, "a row has not one text for each column")
    rows.append(row)
  }

  /// The lines, each with its line feed and none with spaces at its end.
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
