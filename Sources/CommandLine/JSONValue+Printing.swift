extension JSONValue: CustomStringConvertible {
  /// The document in one line.
  package var description: String {
    var text = ""
    write(to: &text, indentation: nil)
    return text
  }

  /// The document with one line per member; an array that holds no arrays or objects stays in one line.
  package var indented: String {
    var text = ""
    write(to: &text, indentation: 0)
    return text
  }

  /// Whether this is an array or an object.
  private var isContainer: Bool {
    switch self {
    case .array, .object: true
    default: false
    }
  }

  /// Appends the document to `text`.
  ///
  /// - Parameter indentation: the indentation, in spaces, of the line in which the value starts; `nil`
  ///   to write everything in one line.
  private func write(to text: inout String, indentation: Int?) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    // Swift's description of a finite number is valid JSON, with the fewest digits that identify it.
    case .number(let value): text += value.isFinite ? value.description : "null"
    case .string(let value): Self.write(value, to: &text)
    case .array(let values):
      let inner = values.contains(where: \.isContainer) ? indentation : nil
      Self.write(values, between: ("[", "]"), to: &text, indentation: inner) { value, text, inner in
        value.write(to: &text, indentation: inner)
      }
    case .object(let members):
      Self.write(members, between: ("{", "}"), to: &text, indentation: indentation) {
        member,
        text,
        inner in
        Self.write(member.name, to: &text)
        text += ": "
        member.value.write(to: &text, indentation: inner)
      }
    }
  }

  private static func write<Element>(
    _ elements: [Element],
    between brackets: (String, String),
    to text: inout String,
    indentation: Int?,
    writeElement: (Element, inout String, Int?) -> Void
  ) {
    text += brackets.0
    let inner = indentation.map { $0 + 2 }
    for (index, element) in elements.enumerated() {
      if index > 0 { text += inner == nil ? ", " : "," }
      if let inner { text += "\n" + String(repeating: " ", count: inner) }
      writeElement(element, &text, inner)
    }
    if let indentation, !elements.isEmpty {
      text += "\n" + String(repeating: " ", count: indentation)
    }
    text += brackets.1
  }

  private static func write(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      // JSON requires control characters to be escaped. DEL, the controls of Latin-1 and the Unicode
      // line separators are escaped too, so that a hostile name cannot control a terminal.
      case "\0"..<" ", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
