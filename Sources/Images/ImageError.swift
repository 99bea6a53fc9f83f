/// The reason why a file cannot be read as an image.
package struct ImageError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kind of failure; a tool chooses its exit code by it.
  package enum Kind: Sendable {
    /// The file does not exist.
    case missingFile
    /// The file exists but cannot be read.
    case unreadable
    /// The bytes break the rules of their format.
    case malformed
    /// The bytes may be a valid image, but of a kind that this package does not read.
    case unsupported
  }

  /// The kind of failure.
  package let kind: Kind
  /// The file, as the caller named it.
  package let file: String
  /// What the file holds or the system answered.
  package let found: String
  /// What would have been correct.
  package let expected: String

  /// One line with the file, what was found, and what was expected.
  package var description: String {
    switch kind {
    case .missingFile, .unreadable: "\(file): \(found), expected \(expected)"
    case .malformed, .unsupported: "\(file): found \(found), expected \(expected)"
    }
  }
}
