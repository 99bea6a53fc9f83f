import Synchronization

/// The part of a step's tiles that one worker begins with and the others help to finish, on a cache
/// line of its own.
///
/// Every operation is relaxed. A claim succeeds only for the step that its worker knows of, and a
/// worker learns of a step at the gate, acquiring there all that the step's tiles may read.
struct TileShare: ~Copyable, Sendable {
  private let left = Atomic(StepCount(epoch: 0, count: 0))
  private let gap = CacheLineGap()

  /// Lays out `tileCount` tiles of step `epoch`. For the caller, before the gate opens for that step.
  func refill(_ epoch: UInt32, tileCount: Int) {
    left.store(StepCount(epoch: epoch, count: UInt32(tileCount)), ordering: .relaxed)
  }

  /// Takes the next tile of step `epoch`: the number of tiles that were left, that one included, or
  /// nil if none is, or if the share is another step's.
  func claim(_ epoch: UInt32) -> Int? {
    var found = left.load(ordering: .relaxed)
    while found.epoch == epoch, found.count > 0 {
      let (exchanged, original) = left.weakCompareExchange(
        expected: found, desired: StepCount(epoch: epoch, count: found.count - 1),
        ordering: .relaxed)
      if exchanged { return Int(found.count) }
      found = original
    }
    return nil
  }
}
