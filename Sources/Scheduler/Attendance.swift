import Synchronization

/// Numbers the helpers of one run in the order in which they start; serves one run after another.
struct Attendance: ~Copyable, Sendable {
  private static let closed = -1

  /// The number of helpers that have started.
  private let helpers = Atomic<Int>(Self.closed)

  /// Lets helpers in. The caller does this while no helper is inside.
  func open() {
    // Releases the run's first state: a helper that was asked for in an earlier run may start in
    // this one.
    helpers.store(0, ordering: .releasing)
  }

  /// Whether helpers are let in. The answer may be out of date; only `arrive` decides.
  var isOpen: Bool { helpers.load(ordering: .relaxed) != Self.closed }

  /// The number of a helper that starts now, from 1 to `last`; nil where so many have started already
  /// or where no run is open.
  func arrive(last: Int) -> Int? {
    var found = helpers.load(ordering: .relaxed)
    while found != Self.closed, found < last {
      // Acquires what `open` released: exchanges by other helpers continue its release sequence.
      let (exchanged, original) = helpers.weakCompareExchange(
        expected: found, desired: found + 1, successOrdering: .acquiring,
        failureOrdering: .relaxed)
      if exchanged { return found + 1 }
      found = original
    }
    return nil
  }

  /// Lets no further helper in and returns the number of helpers that have started.
  func close() -> Int {
    // Relaxed: the number is all that the caller learns here.
    helpers.exchange(Self.closed, ordering: .relaxed)
  }
}
