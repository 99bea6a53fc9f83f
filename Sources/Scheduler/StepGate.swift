import CPUShims
import Dispatch
import Synchronization

/// Where helpers wait for the next step, spinning first and sleeping then.
///
/// One word holds the step and the number of helpers asleep. A helper lies down only by an exchange
/// that fails if a new step is there, and whoever opens a step takes the sleepers it wakes off the
/// count, so signals and sleepers are equal in number and none is lost. A helper about to sleep may
/// take the signal of one who is slow to wake; it then sleeps once more, and the other meets the next
/// step.
struct StepGate: ~Copyable, Sendable {
  /// The epoch before the first step.
  static let firstEpoch: UInt32 = 0
  private static let closedEpoch = UInt32.max

  private let gapBefore = CacheLineGap()
  private let sleepers = Atomic(StepCount(epoch: Self.firstEpoch, count: 0))
  private let gapAfter = CacheLineGap()
  private let bed = DispatchSemaphore(value: 0)
  /// Where the caller ran last. Relaxed wherever it is used: a guess that costs time if wrong.
  private let callersCore = Atomic(fastvit_current_core())

  /// Whether this thread keeps the caller from its core.
  var isOnCallersCore: Bool { callersCore.load(ordering: .relaxed) == fastvit_current_core() }

  /// Has this thread run elsewhere where it keeps the caller from its core: some systems start threads
  /// beside the one that asks for them, and move them milliseconds later.
  func leaveCallersCore() {
    if isOnCallersCore { fastvit_leave_core(callersCore.load(ordering: .relaxed)) }
  }

  /// The epoch to open next. For the one who opens.
  var nextEpoch: UInt32 {
    // Relaxed: the caller is the only one who changes epochs.
    let next = sleepers.load(ordering: .relaxed).epoch + 1
    precondition(next < Self.closedEpoch, "more steps in one run than epochs")
    return next
  }

  /// Lets waiting helpers into step `epoch`, and wakes as many sleepers as may be of use.
  func open(_ epoch: UInt32, wakingAtMost useful: Int) {
    callersCore.store(fastvit_current_core(), ordering: .relaxed)
    var found = sleepers.load(ordering: .relaxed)
    while true {
      let woken = min(Int(found.count), useful)
      // Releases the step, its shares, and all that steps before have written.
      let (exchanged, original) = sleepers.weakCompareExchange(
        expected: found,
        desired: StepCount(epoch: epoch, count: found.count - UInt32(woken)),
        successOrdering: .releasing, failureOrdering: .relaxed)
      if exchanged {
        for _ in 0..<woken { bed.signal() }
        return
      }
      found = original
    }
  }

  /// Back to before the first step. For the caller, when all helpers have left.
  func reset() {
    callersCore.store(fastvit_current_core(), ordering: .relaxed)
    // Relaxed: published by whatever lets the next helpers come.
    sleepers.store(StepCount(epoch: Self.firstEpoch, count: 0), ordering: .relaxed)
  }

  /// Tells all helpers, asleep or not, that no step will follow.
  func close() {
    open(Self.closedEpoch, wakingAtMost: .max)
  }

  /// Waits for a step other than `epoch`: its epoch, or nil if no step will follow.
  func wait(after epoch: UInt32, _ patience: Patience) -> UInt32? {
    while true {
      _ = patience.spin(
        until: { sleepers.load(ordering: .relaxed).epoch != epoch },
        unless: { isOnCallersCore })
      // Acquires what `open` released: helpers' exchanges in between continue its release sequence.
      let found = sleepers.load(ordering: .acquiring)
      guard found.epoch == epoch else {
        return found.epoch == Self.closedEpoch ? nil : found.epoch
      }
      // Relaxed: nothing is published, and a woken helper looks at the word again.
      let (isCounted, _) = sleepers.weakCompareExchange(
        expected: found, desired: StepCount(epoch: epoch, count: found.count + 1),
        ordering: .relaxed)
      if isCounted { bed.wait() }
    }
  }
}
