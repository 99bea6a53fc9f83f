/// The failure of a command: the line that `main` prints after `error:`, and the exit code.
package struct CommandFailure: Error, Equatable, CustomStringConvertible {
  /// The code with which the process exits.
  package let exitCode: ExitCode
  /// One line that names the file, what was found and what was expected.
  package let message: String

  /// A failure with its exit code and its message.
  package init(_ exitCode: ExitCode, _ message: String) {
    self.exitCode = exitCode
    self.message = message
  }

  /// The message.
  package var description: String { message }
}

/// A mistake in a command line.
///
/// `CommandTable` adds the usage line of the command and the exit code.
package struct UsageError: Error, Equatable, CustomStringConvertible {
  /// One line that says what is wrong, without `error:` and without a full stop.
  package let message: String

  /// An error with its message.
  package init(_ message: String) {
    self.message = message
  }

  /// The message.
  package var description: String { message }
}

/// The exit codes of the tool; those from 64 on have the meaning that `sysexits.h` gives them.
package enum ExitCode: Int32, Sendable {
  /// The command did its work.
  case success = 0
  /// The command is a check, and the check failed.
  case checkFailed = 1
  /// The command line has a mistake.
  case usage = 64
  /// The content of an input file is invalid or unsupported.
  case data = 65
  /// An input file does not exist or cannot be opened.
  case noInput = 66
  /// The tool has a bug.
  case `internal` = 70
  /// An output file cannot be created.
  case cannotCreate = 73
  /// Reading or writing failed after it began.
  case inputOutput = 74
}
