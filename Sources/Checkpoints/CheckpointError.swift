/// Why bytes could not become tensors, or tensors could not become a file.
package struct CheckpointError: Error, Sendable, Equatable {
  /// The kind of failure, fine enough to choose an exit status by.
  package enum Kind: Sendable {
    /// There is no such file.
    case missingFile
    /// The file exists and cannot be read: a folder, a device, or no permission.
    case unreadable
    /// The bytes break the rules of their format.
    case malformed
    /// The bytes may be valid, but use a feature or a type that is not read here.
    case unsupported
    /// The output file cannot be created.
    case cannotCreate
    /// The output file could not be written completely.
    case cannotWrite
  }

  package let kind: Kind
  /// The path as the caller gave it.
  package let file: String
  /// The tensor that is at fault, or `nil` where the whole file is.
  package let tensor: String?
  package let found: String
  package let expected: String

  package init(
    _ kind: Kind,
    file: String,
    tensor: String? = nil,
    found: String,
    expected: String
  ) {
    self.kind = kind
    self.file = file
    self.tensor = tensor
    self.found = found
    self.expected = expected
  }
}

extension CheckpointError: CustomStringConvertible {
  /// One line for a person: `<file>: tensor 'x': found ..., expected ...`.
  package var description: String {
    let subject = tensor.map { " tensor '\(Self.printable($0, limit: 120))':" } ?? ""
    let found = Self.printable(found, limit: 400)
    let expected = Self.printable(expected, limit: 400)
    return "\(Self.printable(file, limit: 1000)):\(subject) found \(found), expected \(expected)"
  }

  /// `text` on one line, at most about `limit` characters of it; names in a file are its author's
  /// to choose, so nothing in them may move the cursor or reorder the line.
  static func printable(_ text: String, limit: Int) -> String {
    var line = ""
    for (index, scalar) in text.unicodeScalars.enumerated() {
      guard index < limit else { return line + "…" }
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator:
        line += scalar.escaped(asASCII: true)
      default:
        line.unicodeScalars.append(scalar)
      }
    }
    return line
  }
}
