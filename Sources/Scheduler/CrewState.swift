import Synchronization

/// What the workers of a `Team.run` share. One object serves one run after another.
///
/// The caller publishes one step after another. A helper starts whenever Dispatch starts its thread,
/// works on the step that is published then, and leaves when the run is over. Helpers share ownership
/// of this object, so a helper that starts late still finds it; it then works in the current run, if
/// there is one.
final class CrewState: Sendable {
  /// The largest number of workers, the caller included; at least two.
  let workerCount: Int

  private let patience: Patience
  /// Stored in place, since a reference would be counted at every claim. Workers beyond these have no
  /// share of their own and only claim from the others.
  private let shares = InlineArray<64, TaskShare> { _ in TaskShare() }
  private let shareCount: Int
  private let attendance = Attendance()
  private let gate = StepGate()
  private let unfinished = Countdown()
  private let isInStep = Atomic<Bool>(false)

  /// Written by the caller between steps only. Other workers read it only after claiming a task; the
  /// step cannot end before that task is finished.
  private nonisolated(unsafe) var tasks = TaskList.none

  /// Whether another run will soon follow this one, and what each helper does first. Written by the
  /// caller while no helper is inside the run, read by the helpers inside.
  private nonisolated(unsafe) var isMoreExpected = false
  private nonisolated(unsafe) var preparation: (@Sendable () -> Void)?

  /// The state for runs of `workerCount` workers that wait with `patience`.
  init(workerCount: Int, patience: Patience) {
    self.workerCount = workerCount
    self.patience = patience
    shareCount = min(workerCount, shares.count)
  }

  /// Lets helpers into the run. The caller does this before the first step.
  ///
  /// - Parameters:
  ///   - isMoreExpected: whether another run will soon follow.
  ///   - preparation: what each helper does first.
  func begin(
    expectingMore isMoreExpected: Bool = false, with preparation: (@Sendable () -> Void)? = nil
  ) {
    self.isMoreExpected = isMoreExpected
    self.preparation = preparation
    gate.reset()
    attendance.open()
  }

  /// Runs one step: see `Crew.forEachTask`. For the caller only.
  func forEachTask(count: Int, _ body: @escaping @Sendable (Int, Int) -> Void) {
    // Relaxed: a worker that runs a task has acquired the step, and this flag with it.
    let isNested = isInStep.exchange(true, ordering: .relaxed)
    precondition(!isNested, "a step was started inside a step of the same crew")
    defer { isInStep.store(false, ordering: .relaxed) }
    guard count > 1 else {
      for task in 0..<count { body(task, 0) }
      return
    }
    tasks = TaskList(count: count, shareCount: shareCount, body: body)
    let epoch = publishStep()
    work(on: epoch, as: 0)
    unfinished.wait(patience)
    tasks = .none
  }

  /// Publishes `tasks` to all workers as a new step and returns the step's epoch.
  private func publishStep() -> UInt32 {
    let epoch = gate.nextEpoch
    unfinished.start(tasks.count)
    for index in 0..<shareCount {
      shares[index].refill(epoch, taskCount: tasks.tasks(of: index).count)
    }
    gate.open(epoch, wakingAtMost: tasks.count - 1)
    return epoch
  }

  /// The work of a helper's thread: all steps until the run is over, and those of runs that follow at
  /// once, because starting a helper again takes longer than a short wait.
  func help() {
    while let worker = attendance.arrive(last: workerCount - 1) {
      gate.leaveCallersCore()
      preparation?()
      var epoch = StepGate.firstEpoch
      while let next = gate.wait(after: epoch, patience) {
        work(on: next, as: worker)
        epoch = next
      }
      let isMoreExpected = isMoreExpected
      // From here on the caller may begin another run, or none.
      unfinished.finish(1)
      let isNextRun = patience.linger(
        expected: isMoreExpected, until: { attendance.isOpen },
        unless: { gate.isOnCallersCore })
      guard isNextRun else { return }
    }
  }

  /// Ends the run and returns when every helper that was inside has left. For the caller.
  func end() {
    unfinished.start(attendance.close())
    gate.close()
    unfinished.wait(patience)
    preparation = nil
  }

  /// Runs tasks until none is left to claim: those of the worker's own share, then the others'.
  private func work(on epoch: UInt32, as worker: Int) {
    let finished = runTasks(of: epoch, as: worker)
    // A worker that claimed no task has no part in the step, which may be over by now.
    if finished > 0 { unfinished.finish(finished) }
  }

  /// Never inlined: when it returns, this worker holds no reference to the step's body, which may
  /// capture what does not outlive the step.
  @inline(never)
  private func runTasks(of epoch: UInt32, as worker: Int) -> Int {
    var finished = 0
    for offset in 0..<shareCount {
      let index = (worker + offset) % shareCount
      guard var left = shares[index].claim(epoch) else { continue }
      let end = tasks.tasks(of: index).upperBound
      let body = tasks.body
      while true {
        body(end - left, worker)
        finished += 1
        guard let next = shares[index].claim(epoch) else { break }
        left = next
      }
    }
    return finished
  }
}
