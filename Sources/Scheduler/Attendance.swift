import Synchronization

/// The helpers of one run, numbered as they come.
///
/// Every operation is relaxed: the numbers are all that passes between threads here.
struct Attendance: ~Copyable, Sendable {
  /// Helpers that have come; negative when no more may.
  private let helpers = Atomic<Int>(0)

  /// The number of a helper who comes now, from 1; nil if the run is over.
  func arrive() -> Int? {
    var found = helpers.load(ordering: .relaxed)
    while found >= 0 {
      let (exchanged, original) = helpers.weakCompareExchange(
        expected: found, desired: found + 1, ordering: .relaxed)
      if exchanged { return found + 1 }
      found = original
    }
    return nil
  }

  /// Lets nobody in any more; the number of helpers that have come.
  func close() -> Int {
    helpers.exchange(-1, ordering: .relaxed)
  }
}
