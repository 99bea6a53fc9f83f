import Synchronization

/// The part of a step's tasks that one worker starts with and the others help to finish, on a cache
/// line of its own.
///
/// Every operation is relaxed. A claim succeeds only for the step that the worker knows, and a worker
/// learns of a step from the gate, where it acquires all that the step's tasks may read.
struct TaskShare: ~Copyable, Sendable {
  private let left = Atomic(StepCount(epoch: 0, count: 0))
  private let gap = CacheLineGap()

  /// Fills the share with `taskCount` tasks of step `epoch`. The caller does this before it opens the
  /// gate for that step.
  func refill(_ epoch: UInt32, taskCount: Int) {
    left.store(StepCount(epoch: epoch, count: UInt32(taskCount)), ordering: .relaxed)
  }

  /// Claims the next task of step `epoch`.
  ///
  /// Returns the number of tasks that were left, the claimed one included; nil where none was left or
  /// where the share belongs to another step.
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
