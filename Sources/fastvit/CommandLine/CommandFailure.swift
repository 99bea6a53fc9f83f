/// Why a command could not do its work: what `main` prints after `error:`, and how it exits.
struct CommandFailure: Error, Equatable, CustomStringConvertible {
  /// What the process exits with.
  let exitCode: ExitCode
  /// One line that names the file, what was found and what was expected.
  let message: String

  /// A failure with its code and its line.
  init(_ exitCode: ExitCode, _ message: String) {
    self.exitCode = exitCode
    self.message = message
  }

  /// The message.
  var description: String { message }
}
