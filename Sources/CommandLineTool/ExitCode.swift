/// How the tool ends, in the vocabulary of `sysexits.h`.
package enum ExitCode: Int32, Sendable {
  /// All went well.
  case success = 0
  /// A check, which is what was asked for, found what it looks for.
  case checkFailed = 1
  /// The command line does not make sense.
  case usage = 64
  /// An input file is not what it should be.
  case data = 65
  /// An input file does not exist or cannot be opened.
  case noInput = 66
  /// The tool itself is at fault.
  case `internal` = 70
  /// An output file cannot be created.
  case cannotCreate = 73
  /// Reading or writing failed midway.
  case inputOutput = 74
}
