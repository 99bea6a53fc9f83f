import FastViTFiles
import FastViTImages
import FastViTNetwork

/// Why something could not be read, run or written.
public struct FastViTError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A kind of failure, specific enough to choose an exit status.
  public enum Code: Sendable {
    /// The file does not exist or cannot be read.
    case missingInput
    /// The file's bytes, or the values that the caller passed, are invalid.
    case badData
    /// An output file cannot be created.
    case cannotCreate
    /// An output file could not be written completely.
    case cannotWrite
  }

  /// The kind of failure.
  public let code: Code

  /// One line that names the file, the tensor where there is one, what was found and what was
  /// expected.
  public let description: String

  /// An error with its kind and its line of text.
  package init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }

  init(_ error: FileError) {
    let code: Code =
      switch error.kind {
      case .missingFile, .unreadable: .missingInput
      case .malformed, .unsupported: .badData
      case .cannotCreate: .cannotCreate
      case .cannotWrite: .cannotWrite
      }
    self.init(code, error.description)
  }

  init(_ error: ImageError) {
    let code: Code =
      switch error.kind {
      case .missingFile, .unreadable: .missingInput
      case .malformed, .unsupported: .badData
      }
    self.init(code, error.description)
  }

  init(_ error: NetworkError) {
    self.init(.badData, error.description)
  }
}
