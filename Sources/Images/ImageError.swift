/// Why a file is not a picture that this package can read.
package struct ImageError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What sort of trouble it is, from which a tool chooses its exit code.
  package enum Kind: Sendable {
    /// There is no such file.
    case missingFile
    /// The file is there but cannot be read.
    case unreadable
    /// The bytes contradict the format that they claim to have.
    case malformed
    /// The bytes may be a good picture, but of a kind that is not read here.
    case unsupported
  }

  /// What sort of trouble it is.
  package let kind: Kind
  /// The file, as the caller named it.
  package let file: String
  /// What is there.
  package let found: String
  /// What should be there.
  package let expected: String

  /// One line: the file, what was found, what was expected.
  package var description: String {
    switch kind {
    case .missingFile, .unreadable: "\(file): \(found), expected \(expected)"
    case .malformed, .unsupported: "\(file): found \(found), expected \(expected)"
    }
  }
}
