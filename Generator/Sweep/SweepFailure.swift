/// Why a sweep ends without a ranking: what is printed, in one line, and how the process exits.
struct SweepFailure: Error, Equatable, CustomStringConvertible {
  /// The codes of `sysexits.h` that a sweep uses.
  enum Code: Int32 {
    /// The time limit ended, or a kernel's bytes differ from the reference's.
    case notFinished = 1
    case usage = 64
    case data = 65
    case noInput = 66
    case `internal` = 70
    case cannotCreate = 73
  }

  let code: Code
  /// One line for a person.
  let description: String

  /// A failure with its code and its line.
  init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
