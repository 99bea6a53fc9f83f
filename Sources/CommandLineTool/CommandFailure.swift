/// Why a command could not do its work: what `main` prints after `error:`, and how it exits.
package struct CommandFailure: Error, Equatable, CustomStringConvertible {
  /// What the process exits with.
  package let exitCode: ExitCode
  /// One line that names the file, what was found and what was expected.
  package let message: String

  /// A failure with its code and its line.
  package init(_ exitCode: ExitCode, _ message: String) {
    self.exitCode = exitCode
    self.message = message
  }

  /// The message.
  package var description: String { message }
}
