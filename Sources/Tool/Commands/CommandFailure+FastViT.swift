import FastViT
import FastViTCommandLine

extension CommandFailure {
  /// The failure for an error of the library.
  init(_ error: FastViTError) {
    let exitCode: ExitCode =
      switch error.code {
      case .missingInput: .noInput
      case .badData: .data
      case .cannotCreate: .cannotCreate
      case .cannotWrite: .inputOutput
      }
    self.init(exitCode, error.description)
  }
}

/// Runs `body` and turns an error of the library into a failure of the command.
func reportingFailure<Result>(
  _ body: () throws(FastViTError) -> Result
) throws(CommandFailure) -> Result {
  do {
    return try body()
  } catch {
    throw CommandFailure(error)
  }
}
