import Synchronization

/// The part of a step's tiles that one worker begins with and the others help to finish, on a cache
/// line of its own.
struct TileShare: ~Copyable, Sendable {
  private let left = Atomic(StepCount(epoch: 0, count: 0))
  private let gap = CacheLineGap()

  /// Lays out `tileCount` tiles of step `epoch`. For the caller, when the step before is finished.
  func refill(_ epoch: UInt32, tileCount: Int) {
    // Releases the step, and all that steps before have written, to whoever claims from it.
    left.store(StepCount(epoch: epoch, count: UInt32(tileCount)), ordering: .releasing)
  }

  /// Takes the next tile of step `epoch`: the number of tiles that were left, that one included, or
  /// nil if none is, or if the share is not that step's any more.
  func claim(_ epoch: UInt32) -> Int? {
    // Relaxed: a guess, which the exchange verifies.
    var found = left.load(ordering: .relaxed)
    while found.epoch == epoch, found.count > 0 {
      // Acquires what the refill released: exchanges in between only continue its release sequence.
      let (exchanged, original) = left.weakCompareExchange(
        expected: found, desired: StepCount(epoch: epoch, count: found.count - 1),
        successOrdering: .acquiring, failureOrdering: .relaxed)
      if exchanged { return Int(found.count) }
      found = original
    }
    return nil
  }
}
