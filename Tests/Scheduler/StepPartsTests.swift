import Dispatch
import Foundation
import Synchronization
import Testing

@testable import FastViTScheduler

@Suite(.timeLimit(.minutes(2))) struct StepPartsTests {
  @Test(arguments: [1, 2, 3, 7, 64], [0, 1, 2, 5, 63, 64, 1000])
  func sharesAreAllTasksInOrder(shares: Int, tasks: Int) {
    let list = TaskList(count: tasks, shareCount: shares) { _, _ in }
    let parts = (0..<shares).map { list.tasks(of: $0) }
    #expect(parts.flatMap { $0 } == Array(0..<tasks))
    let sizes = parts.map(\.count)
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
  }

  @Test(arguments: [StepCount(epoch: 7, count: .max), StepCount(epoch: .max, count: 0)])
  func aStepCountSurvivesItsWord(value: StepCount) {
    #expect(Atomic(value).load(ordering: .relaxed) == value)
  }

  @Test func everyTaskOfAShareIsClaimedOnce() {
    let share = TaskShare()
    share.refill(5, taskCount: 3)
    #expect([3, 2, 1, nil, nil] == (0..<5).map { _ in share.claim(5) })
  }

  @Test func anotherStepsShareIsLeftAlone() {
    let share = TaskShare()
    share.refill(5, taskCount: 3)
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

  /// Where the system does not report cores, the number is -1 for the caller and for every helper.
  @Test func anUnknownCoreIsNotTheCallers() {
    let unknown = StepGate(callersCore: -1)
    #expect(!unknown.isCallersCore(-1) && !unknown.isCallersCore(0))
    let known = StepGate(callersCore: 3)
    #expect(known.isCallersCore(3) && !known.isCallersCore(-1) && !known.isCallersCore(2))
  }

  @Test func aLargeTeamSpinsLess() {
    func elapsed(_ patience: Patience) -> Duration {
      ContinuousClock().measure { #expect(!patience.spin { false }) }
    }
    #expect(elapsed(Patience(workerCount: 2, cores: 2)) >= .milliseconds(1))
    let shortest = (0..<100).map { _ in elapsed(Patience(workerCount: 3, cores: 2)) }.min()
    #expect(shortest ?? .zero < .microseconds(50))
  }

  /// A helper that was started once works in the next run too, if that run begins before the helper
  /// has left. A helper that finds itself on the caller's core leaves at once, so one success among
  /// many attempts is enough; on a busy machine few succeed. The argument says which patience is
  /// tested: for an expected run or for another.
  @Test(arguments: [false, true]) func aHelperStaysForTheNextRun(isExpected: Bool) {
    let patience = Patience(
      .milliseconds(1), lingering: .milliseconds(isExpected ? 0 : 200),
      staying: .milliseconds(isExpected ? 200 : 0))
    let state = CrewState(workerCount: 2, patience: patience)
    /// Whether the helper claimed one of two tasks in time.
    func isHelped() -> Bool {
      let workers = PlainMemory(count: 2)
      state.begin(expectingMore: isExpected)
      state.forEachTask(count: 2) { task, worker in
        workers[task] = worker
        // Leaves the other task to the helper.
        if worker == 0 { Thread.sleep(forTimeInterval: 0.05) }
      }
      state.end()
      return workers.contents.contains(1)
    }
    func staysForTheNext() -> Bool {
      let hasLeft = DispatchSemaphore(value: 0)
      Thread.detachNewThread {
        state.help()
        hasLeft.signal()
      }
      let results = (isHelped(), isHelped())
      // A helper that starts late finds no run open.
      hasLeft.wait()
      return results == (true, true)
    }
    let deadline = ContinuousClock.now + .seconds(60)
    var hasStayed = false
    while !hasStayed, ContinuousClock.now < deadline { hasStayed = staysForTheNext() }
    #expect(hasStayed)
  }
}
