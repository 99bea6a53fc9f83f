import Dispatch
import Foundation
import Synchronization
import Testing

@testable import Scheduler

@Suite(.timeLimit(.minutes(2))) struct StepPartsTests {
  @Test(arguments: [1, 2, 3, 7, 64], [0, 1, 2, 5, 63, 64, 1000])
  func sharesAreAllTilesInOrder(shares: Int, tiles: Int) {
    let step = Step(count: tiles, shareCount: shares) { _, _ in }
    let parts = (0..<shares).map { step.tiles(of: $0) }
    #expect(parts.flatMap { $0 } == Array(0..<tiles))
    let sizes = parts.map(\.count)
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
  }

  @Test(arguments: [StepCount(epoch: 7, count: .max), StepCount(epoch: .max, count: 0)])
  func aStepCountSurvivesItsWord(value: StepCount) {
    #expect(Atomic(value).load(ordering: .relaxed) == value)
  }

  @Test func aShareIsClaimedOnceATile() {
    let share = TileShare()
    share.refill(5, tileCount: 3)
    #expect([3, 2, 1, nil, nil] == (0..<5).map { _ in share.claim(5) })
  }

  @Test func anotherStepsShareIsLeftAlone() {
    let share = TileShare()
    share.refill(5, tileCount: 3)
    #expect(share.claim(4) == nil)
    #expect(share.claim(6) == nil)
    #expect(share.claim(5) == 3)
  }

  @Test func attendanceNumbersHelpersUntilItCloses() {
    let attendance = Attendance()
    #expect(attendance.arrive(last: 9) == nil)
    for _ in 0..<2 {
      attendance.open()
      #expect(attendance.arrive(last: 9) == 1)
      #expect(attendance.arrive(last: 9) == 2)
      #expect(attendance.close() == 2)
      #expect(attendance.arrive(last: 9) == nil)
    }
  }

  @Test func attendanceIsLimited() {
    let attendance = Attendance()
    attendance.open()
    #expect([1, 2, nil, nil] == (0..<4).map { _ in attendance.arrive(last: 2) })
    #expect(attendance.close() == 2)
  }

  @Test(arguments: [Duration.zero, .seconds(60)])
  func theCountdownWaitsForTheLast(patience: Duration) {
    final class Shared: Sendable {
      let countdown = Countdown()
    }
    let shared = Shared()
    for round in 1...300 {
      let values = PlainMemory(count: 3)
      shared.countdown.start(6)
      for index in 0..<3 {
        DispatchQueue.global().async {
          values[index] = round
          shared.countdown.finish(2)
        }
      }
      shared.countdown.wait(Patience(patience))
      #expect(values.contents == [round, round, round])
    }
  }

  @Test func aClosedGateIsTheEnd() {
    let gate = StepGate()
    let epoch = gate.nextEpoch
    gate.open(epoch, wakingAtMost: 1)
    #expect(gate.wait(after: StepGate.firstEpoch, Patience(.zero)) == epoch)
    #expect(gate.nextEpoch != epoch)
    gate.close()
    #expect(gate.wait(after: epoch, Patience(.zero)) == nil)
    gate.reset()
    #expect(gate.nextEpoch == epoch)
  }

  @Test func aLargeTeamSpinsLess() {
    func elapsed(_ patience: Patience) -> Duration {
      ContinuousClock().measure { #expect(!patience.spin { false }) }
    }
    #expect(elapsed(Patience(workerCount: 2, cores: 2)) >= .milliseconds(1))
    let shortest = (0..<100).map { _ in elapsed(Patience(workerCount: 3, cores: 2)) }.min()
    #expect(shortest ?? .zero < .microseconds(50))
  }

  /// A helper who is asked in once works in the next run too, if that begins before he has left. He may
  /// have been on the caller's core and have left at once, so not every attempt shows it, on a busy
  /// machine few. With patience for a run that is expected, or for one that is not.
  @Test(arguments: [false, true]) func aHelperStaysForTheNextRun(isExpected: Bool) {
    let patience = Patience(
      .milliseconds(1), lingering: .milliseconds(isExpected ? 0 : 200),
      staying: .milliseconds(isExpected ? 200 : 0))
    let run = TeamRun(workerCount: 2, patience: patience)
    /// Whether the helper took one of two tiles, in time.
    func isHelped() -> Bool {
      let workers = PlainMemory(count: 2)
      run.begin(expectingMore: isExpected)
      run.forEachTile(count: 2) { tile, worker in
        workers[tile] = worker
        // Leaves the other tile to the helper.
        if worker == 0 { Thread.sleep(forTimeInterval: 0.05) }
      }
      run.end()
      return workers.contents.contains(1)
    }
    func staysForTheNext() -> Bool {
      let hasLeft = DispatchSemaphore(value: 0)
      Thread.detachNewThread {
        run.help()
        hasLeft.signal()
      }
      let results = (isHelped(), isHelped())
      // He finds no run if he comes late.
      hasLeft.wait()
      return results == (true, true)
    }
    let deadline = ContinuousClock.now + .seconds(60)
    var hasStayed = false
    while !hasStayed, ContinuousClock.now < deadline { hasStayed = staysForTheNext() }
    #expect(hasStayed)
  }
}
