import Dispatch
import FastViTCPUShims
import Synchronization

/// Where helpers wait for the next step: they spin first and then sleep.
///
/// One word holds the step's epoch and the number of sleeping helpers. A helper goes to sleep with
/// a compare-and-exchange that fails when a new step has started. The caller that opens a step
/// subtracts the helpers it wakes from the count, so there is one signal per counted sleeper and no
/// signal is lost. A helper that is about to sleep may consume the signal of one that is slow to
/// wake; the slow one then sleeps once more and takes part in a later step.
struct StepGate: ~Copyable, Sendable {
  /// The epoch before the first step.
  static let firstEpoch: UInt32 = 0
  private static let closedEpoch = UInt32.max

  private let gapBefore = CacheLineGap()
  private let sleepers = Atomic(StepCount(epoch: Self.firstEpoch, count: 0))
  private let gapAfter = CacheLineGap()
  private let semaphore = DispatchSemaphore(value: 0)
  /// The core that the caller ran on last, or -1. Relaxed wherever it is used: a wrong value only costs
  /// time.
  private let callersCore: Atomic<Int32>

  /// A gate before the first step, whose caller runs on core `callersCore`; -1 for an unknown core.
  init(callersCore: Int32 = fastvit_current_core()) {
    self.callersCore = Atomic(callersCore)
  }

  /// Whether this thread runs on the core that the caller ran on last.
  var isOnCallersCore: Bool { isCallersCore(fastvit_current_core()) }

  /// Whether the caller ran last on `core`. An unknown core, -1, is not the caller's: where the system
  /// reports no cores, helpers would otherwise stop every wait to make room for the caller.
  func isCallersCore(_ core: Int32) -> Bool {
    core >= 0 && core == callersCore.load(ordering: .relaxed)
  }

  /// Moves this thread to another core if it runs on the caller's: some systems start a thread on the
  /// core of the thread that asked for it and move it milliseconds later.
  func leaveCallersCore() {
    if isOnCallersCore { fastvit_leave_core(callersCore.load(ordering: .relaxed)) }
  }

  /// The epoch to open next. For the caller.
  var nextEpoch: UInt32 {
    // Relaxed: only the caller changes epochs.
    let next = sleepers.load(ordering: .relaxed).epoch + 1
    precondition(next < Self.closedEpoch, "more steps in one run than epochs")
    return next
  }

  /// Lets waiting helpers into step `epoch` and wakes up to `useful` sleeping helpers.
  func open(_ epoch: UInt32, wakingAtMost useful: Int) {
    callersCore.store(fastvit_current_core(), ordering: .relaxed)
    var found = sleepers.load(ordering: .relaxed)
    while true {
      let woken = min(Int(found.count), useful)
      // Releases the step, its shares, and all that earlier steps wrote.
      let (exchanged, original) = sleepers.weakCompareExchange(
        expected: found,
        desired: StepCount(epoch: epoch, count: found.count - UInt32(woken)),
        successOrdering: .releasing, failureOrdering: .relaxed)
      if exchanged {
        for _ in 0..<woken { semaphore.signal() }
        return
      }
      found = original
    }
  }

  /// Returns to the state before the first step. For the caller, when all helpers have left.
  func reset() {
    callersCore.store(fastvit_current_core(), ordering: .relaxed)
    // Relaxed: `Attendance.open` publishes it.
    sleepers.store(StepCount(epoch: Self.firstEpoch, count: 0), ordering: .relaxed)
  }

  /// Tells all helpers, sleeping ones too, that no step will follow.
  func close() {
    open(Self.closedEpoch, wakingAtMost: .max)
  }

  /// Waits for a step other than `epoch` and returns its epoch; nil where no step will follow.
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
      // Relaxed: nothing is published, and a woken helper loads the word again.
      let (isCounted, _) = sleepers.weakCompareExchange(
        expected: found, desired: StepCount(epoch: epoch, count: found.count + 1),
        ordering: .relaxed)
      if isCounted { semaphore.wait() }
    }
  }
}
