import Synchronization

/// The helpers of one run after another, numbered as they come.
struct Attendance: ~Copyable, Sendable {
  private static let closed = -1

  /// Helpers that have come.
  private let helpers = Atomic<Int>(Self.closed)

  /// Lets helpers in. For the caller, when nobody is inside.
  func open() {
    // Releases the state that the run starts from: a helper may come who was called for an earlier one.
    helpers.store(0, ordering: .releasing)
  }

  /// Whether helpers are let in: a guess, for those who may come.
  var isOpen: Bool { helpers.load(ordering: .relaxed) != Self.closed }

  /// The number of a helper who comes now, from 1 to `last`; nil if so many have come, or if no run is
  /// open.
  func arrive(last: Int) -> Int? {
    var found = helpers.load(ordering: .relaxed)
    while found != Self.closed, found < last {
      // Acquires what `open` released: exchanges by helpers in between continue its release sequence.
      let (exchanged, original) = helpers.weakCompareExchange(
        expected: found, desired: found + 1, successOrdering: .acquiring,
        failureOrdering: .relaxed)
      if exchanged { return found + 1 }
      found = original
    }
    return nil
  }

  /// Lets nobody in any more; the number of helpers that have come.
  func close() -> Int {
    // Relaxed: the number is all that the caller learns here.
    helpers.exchange(Self.closed, ordering: .relaxed)
  }
}
