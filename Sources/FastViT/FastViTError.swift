import Checkpoints
import Images
import Network

/// Why something could not be read, run or written.
public struct FastViTError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of failure, fine enough to choose an exit status by.
  public enum Code: Sendable {
    /// The file does not exist or cannot be read.
    case missingInput
    /// The file's bytes, or the values given, are not what they should be.
    case badData
    /// An output file cannot be created.
    case cannotCreate
    /// An output file could not be written completely.
    case cannotWrite
  }

  /// What kind of failure.
  public let code: Code

  /// One line: the file, the tensor where one is meant, what was found, what was expected.
  public let description: String

  package init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }

  init(_ error: CheckpointError) {
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
