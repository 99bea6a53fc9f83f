/// Writes Swift text line by line. It knows only indentation and the width of a page.
struct Printer {
  /// Columns of a page.
  static let width = 100

  private(set) var text = ""
  private var depth = 0

  /// The columns left on a line at this depth.
  var columns: Int { Self.width - 2 * depth }

  /// A line at the current depth; an empty one carries no spaces.
  mutating func line(_ content: String = "") {
    text += content.isEmpty ? "\n" : String(repeating: "  ", count: depth) + content + "\n"
  }

  /// Several lines, given as one text.
  mutating func lines(_ content: String) {
    for one in content.split(separator: "\n", omittingEmptySubsequences: false) {
      line(String(one))
    }
  }

  /// `head`, the body one level deeper, and `tail`.
  mutating func block(
    _ head: String, closing tail: String = "}", _ body: (inout Printer) throws -> Void
  ) rethrows {
    line(head)
    depth += 1
    try body(&self)
    depth -= 1
    line(tail)
  }

  /// Emits the lines that bind the raw pointers of these names to single-precision values.
  mutating func bind(_ names: String...) {
    for name in names { line("let \(name) = floats(\(name))") }
  }

  /// `items` with commas between them, as many on a line as fit, after `head` and before `tail`. The tail
  /// stays on the last line.
  mutating func list(_ head: String, _ items: [String], _ tail: String) {
    let whole = head + items.joined(separator: ", ") + tail
    if whole.count <= columns { return line(whole) }
    line(head.last == " " ? String(head.dropLast()) : head)
    depth += 1
    var current = ""
    for (index, item) in items.enumerated() {
      let next = item + (index + 1 < items.count ? "," : tail)
      if !current.isEmpty && current.count + 1 + next.count > columns {
        line(current)
        current = ""
      }
      current += (current.isEmpty ? "" : " ") + next
    }
    line(current)
    depth -= 1
  }
}
