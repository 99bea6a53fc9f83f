import Synchronization

/// What the workers of a `Team.run` have in common, used for one run after another.
///
/// The caller publishes one step after another; helpers come whenever Dispatch starts them, work on
/// whatever step is there, and leave when the run is over. Helpers share ownership of this object, so
/// one who comes late still finds it; he then helps the run that goes on, if there is one.
final class TeamRun: Sendable {
  /// Workers at most, the caller included; at least two.
  let workerCount: Int

  private let patience: Patience
  /// In place, since a reference would be counted at every claim. Workers beyond these only help.
  private let shares = InlineArray<64, TileShare> { _ in TileShare() }
  private let shareCount: Int
  private let attendance = Attendance()
  private let gate = StepGate()
  private let unfinished = Countdown()
  private let isInStep = Atomic<Bool>(false)

  /// Written by the caller between steps only; read by others only after claiming a tile, since the
  /// step cannot end before that tile is finished.
  private nonisolated(unsafe) var step = Step.none

  /// Whether another run will soon follow this one, and what helpers do first. Written by the caller when
  /// no helper is inside, read by those inside.
  private nonisolated(unsafe) var isMoreExpected = false
  private nonisolated(unsafe) var preparation: (@Sendable () -> Void)?

  /// The state of runs of `workerCount` workers who wait with `patience`.
  init(workerCount: Int, patience: Patience) {
    self.workerCount = workerCount
    self.patience = patience
    shareCount = min(workerCount, shares.count)
  }

  /// Lets helpers in. For the caller, before the first step of a run.
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

  /// Runs one step: see `Crew.forEachTile`. For the caller only.
  func forEachTile(count: Int, _ body: @escaping @Sendable (Int, Int) -> Void) {
    // Relaxed: whoever runs a tile has acquired the step, and this with it.
    let isNested = isInStep.exchange(true, ordering: .relaxed)
    precondition(!isNested, "a step was started inside a step of the same crew")
    defer { isInStep.store(false, ordering: .relaxed) }
    guard count > 1 else {
      for tile in 0..<count { body(tile, 0) }
      return
    }
    step = Step(count: count, shareCount: shareCount, body: body)
    let epoch = publishStep()
    work(on: epoch, as: 0)
    unfinished.wait(patience)
    step = .none
  }

  /// Hands the tiles of `step` to all workers, under the epoch that is returned.
  private func publishStep() -> UInt32 {
    let epoch = gate.nextEpoch
    unfinished.start(step.count)
    for index in 0..<shareCount {
      shares[index].refill(epoch, tileCount: step.tiles(of: index).count)
    }
    gate.open(epoch, wakingAtMost: step.count - 1)
    return epoch
  }

  /// Works on steps until the run is over, and on those of further runs that follow at once: to be
  /// called again takes longer than a short wait. For a helper's thread.
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

  /// Sends the helpers away and returns when all that had come have left. For the caller.
  func end() {
    unfinished.start(attendance.close())
    gate.close()
    unfinished.wait(patience)
    preparation = nil
  }

  /// Runs tiles until none is left to claim: those of the worker's own share, then the others'.
  private func work(on epoch: UInt32, as worker: Int) {
    let finished = runTiles(of: epoch, as: worker)
    // A worker without a tile has no part in the step, which may be over by now.
    if finished > 0 { unfinished.finish(finished) }
  }

  /// Never inlined: when it returns, this worker holds no reference to the step's body, which may
  /// capture what does not outlive the step.
  @inline(never)
  private func runTiles(of epoch: UInt32, as worker: Int) -> Int {
    var finished = 0
    for offset in 0..<shareCount {
      let index = (worker + offset) % shareCount
      guard var left = shares[index].claim(epoch) else { continue }
      let end = step.tiles(of: index).upperBound
      let body = step.body
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
