/// A command line that does not make sense, said in one line.
///
/// The command's name, its usage line and the exit code are added by `CommandTable`, which knows
/// which command was being read.
package struct UsageError: Error, Equatable, CustomStringConvertible {
  /// What is wrong, without `error:` and without a full stop.
  package let message: String

  /// An error with its line.
  package init(_ message: String) {
    self.message = message
  }

  /// The message.
  package var description: String { message }
}
