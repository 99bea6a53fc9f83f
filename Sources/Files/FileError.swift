import Foundation

/// The error of reading or writing a file: the file, what was found there, and what was expected.
package struct FileError: Error, Sendable, Equatable {
  /// The kind of failure, fine enough to choose an exit status by.
  package enum Kind: Sendable {
    /// The file does not exist.
    case missingFile
    /// The file exists but cannot be read: it is a folder or a device, or permission is missing.
    case unreadable
    /// The bytes break the rules of their format.
    case malformed
    /// The bytes may be valid but use a feature or a type that this package does not read.
    case unsupported
    /// The output file cannot be created.
    case cannotCreate
    /// The output file could not be written completely.
    case cannotWrite
  }

  /// The kind of failure.
  package let kind: Kind
  /// The path as the caller gave it.
  package let file: String
  /// The tensor at fault; `nil` if the fault lies with the whole file.
  package let tensor: String?
  /// What the file holds or the system answered.
  package let found: String
  /// What would have been correct.
  package let expected: String

  /// An error about `file`, and about `tensor` in it unless `nil`.
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

extension FileError: CustomStringConvertible {
  /// One printable line: `<file>: tensor 'x': found ..., expected ...`.
  package var description: String {
    let subject = tensor.map { " tensor '\(Self.printable($0, limit: 120))':" } ?? ""
    let found = Self.printable(found, limit: 400)
    let expected = Self.printable(expected, limit: 400)
    return "\(Self.printable(file, limit: 1000)):\(subject) found \(found), expected \(expected)"
  }

  /// `text` on one line, cut after `limit` scalars. A file's author chooses the names in it, so
  /// characters that move a terminal's cursor or reorder its line are escaped.
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

/// The system's descriptions of its error numbers.
package enum SystemReason {
  /// The description of the error number `code`.
  package static func text(_ code: Int32) -> String { String(cString: strerror(code)) }

  /// The description of the error number that caused an error thrown by Foundation.
  package static func text(of error: any Error) -> String {
    let error = error as NSError
    let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
    guard cause.domain == NSPOSIXErrorDomain, let code = Int32(exactly: cause.code) else {
      return "a system error"
    }
    return text(code)
  }
}
