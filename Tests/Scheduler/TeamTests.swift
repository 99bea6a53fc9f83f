import Dispatch
import Foundation
import Synchronization
import Testing

@testable import FastViTScheduler

@Suite(.timeLimit(.minutes(2))) struct TeamTests {
  @Test(arguments: [1, 2, 3, 7, 40], [0, 1, 2, 5, 1000])
  func everyTaskRunsOnce(workers: Int, tasks: Int) {
    let calls = PlainMemory(count: tasks)
    Team(workerCount: workers).forEachTask(count: tasks) { calls[$0] += 1 }
    #expect(calls.contents == [Int](repeating: 1, count: tasks))
  }

  @Test func aTaskMayRunAnotherTeam() {
    let total = Atomic<Int>(0)
    Team(workerCount: 4).forEachTask(count: 8) { _ in
      Team(workerCount: 4).forEachTask(count: 8) { _ in
        total.wrappingAdd(1, ordering: .relaxed)
      }
    }
    #expect(total.load(ordering: .relaxed) == 64)
  }

  @Test func severalThreadsMayRunOnOneTeam() {
    let team = Team(workerCount: 3)
    let sums = PlainMemory(count: 8)
    DispatchQueue.concurrentPerform(iterations: 8) { caller in
      for _ in 0..<20 {
        sums[caller] += team.run { crew in
          let cells = PlainMemory(count: 10)
          for _ in 0..<5 {
            crew.forEachTask(count: 10) { task, _ in cells[task] += caller }
          }
          return cells.contents.reduce(0, +)
        }
      }
    }
    #expect(sums.contents == (0..<8).map { $0 * 1000 })
  }

  /// An entrance that one run leaves is taken by another at once.
  @Test func shortRunsOfSeveralThreads() {
    let team = Team(workerCount: 3)
    let calls = PlainMemory(count: 8)
    DispatchQueue.concurrentPerform(iterations: 4) { caller in
      for _ in 0..<2000 {
        team.run { $0.forEachTask(count: 2) { task, _ in calls[2 * caller + task] += 1 } }
      }
    }
    #expect(calls.contents == [Int](repeating: 2000, count: 8))
  }

  @Test func defaultIsAtLeastOneWorker() {
    #expect(Team().workerCount >= 1)
    #expect(Team(workerCount: 0).workerCount == 1)
  }

  @Test(arguments: [1, 2, 5]) func theCrewIsTheTeam(workers: Int) {
    #expect(Team(workerCount: workers).run { $0.workerCount } == workers)
  }

  @Test(arguments: [1, 4]) func errorsPassThrough(workers: Int) {
    struct Failure: Error, Equatable { let step: Int }
    let tasks = Atomic<Int>(0)
    #expect(throws: Failure(step: 3)) {
      try Team(workerCount: workers).run { (crew) throws(Failure) in
        for step in 0... {
          if step == 3 { throw Failure(step: step) }
          crew.forEachTask(count: 5) { _, _ in tasks.wrappingAdd(1, ordering: .relaxed) }
        }
      }
    }
    #expect(tasks.load(ordering: .relaxed) == 15)
  }

  @Test func progressNeedsNoHelper() {
    let queue = DispatchQueue(label: "never in time", attributes: .concurrent)
    queue.suspend()
    let workers = Atomic<Int>(0)
    Team(workerCount: 5, queue: queue).run { crew in
      for _ in 0..<100 {
        crew.forEachTask(count: 17) { _, worker in
          workers.wrappingAdd(1 + worker, ordering: .relaxed)
        }
      }
    }
    #expect(workers.load(ordering: .relaxed) == 1700, "all tasks ran on worker 0")
    queue.resume()
  }

  @Test func helpersMayStartInTheMiddle() {
    let queue = DispatchQueue(label: "late", attributes: .concurrent)
    queue.suspend()
    let team = Team(workerCount: 2, queue: queue)
    let met = team.run { crew in
      crew.forEachTask(count: 10) { _, _ in }
      queue.resume()
      return areInOneStep(crew)
    }
    #expect(met)
  }

  @Test func aLateHelperWorksInTheNextRun() {
    let queue = DispatchQueue(label: "late", attributes: .concurrent)
    let team = Team(workerCount: 2, queue: queue)
    for _ in 0..<50 {
      queue.suspend()
      for _ in 0..<3 {
        team.run { $0.forEachTask(count: 10) { _, _ in } }
      }
      let met = team.run { crew in
        queue.resume()
        return areInOneStep(crew)
      }
      #expect(met)
    }
  }

  /// Each helper runs the preparation before it claims tasks; the caller does not run it.
  @Test func helpersPrepareThemselves() {
    let team = Team(workerCount: 2)
    for _ in 0..<50 {
      let caller = Int(bitPattern: pthread_self())
      let prepared = Atomic<Int>(0)
      let isSeen = PlainMemory(count: 1)
      let met = team.run(
        beginningWith: {
          #expect(Int(bitPattern: pthread_self()) != caller)
          isSeen[0] += 1
          prepared.wrappingAdd(1, ordering: .relaxed)
        },
        { crew in areInOneStep(crew) && prepared.load(ordering: .relaxed) == 1 })
      #expect(met && isSeen[0] == 1)
    }
    #expect(team.run { areInOneStep($0) }, "the next run has no preparation")
    Team(workerCount: 1).run(beginningWith: { Issue.record("there is no helper") }) { _ in }
  }

  @Test func aRunEndsAfterThePreparation() {
    let team = Team(workerCount: 2)
    let steps = PlainMemory(count: 2)
    let isInside = DispatchSemaphore(value: 0)
    team.run(
      beginningWith: {
        isInside.signal()
        Thread.sleep(forTimeInterval: 0.05)
        steps[1] = 1
      },
      { _ in
        isInside.wait()
        steps[0] = 1
      })
    #expect(steps.contents == [1, 1])
  }

  @Test func whatARunNeedsIsKept() {
    let team = Team(workerCount: 2)
    let states = (0..<5).map { _ in team.run { $0.state.map(ObjectIdentifier.init) } }
    #expect(Set(states).count == 1 && states[0] != nil)
    let others = team.run { crew in team.run { $0.state !== crew.state } }
    #expect(others, "a run inside a run has its own state")
  }

  @Test func nothingStaysBehind() {
    final class Token: Sendable {}
    let queue = DispatchQueue(label: "helpers", attributes: .concurrent)
    weak var token: Token?
    weak var state: CrewState?
    for isLate in [false, true] {
      do {
        let team = Team(workerCount: 3, queue: queue)
        if isLate { queue.suspend() }
        team.run { crew in
          let captured = Token()
          token = captured
          state = crew.state
          crew.forEachTask(count: 100) { _, _ in _ = captured }
        }
        #expect(token == nil)
      }
      if isLate {
        #expect(state != nil, "helpers that have not started own it")
        queue.resume()
      }
      queue.sync(flags: .barrier) {}
      #expect(state == nil)
    }
  }
}

/// Whether two workers of `crew` run tasks of one step at the same time, within half a minute.
func areInOneStep(_ crew: Crew) -> Bool {
  let inside = Atomic<Int>(0)
  let deadline = ContinuousClock.now + .seconds(30)
  let met = Atomic<Int>(0)
  crew.forEachTask(count: 2) { _, _ in
    inside.wrappingAdd(1, ordering: .relaxed)
    while ContinuousClock.now < deadline {
      if inside.load(ordering: .relaxed) == 2 {
        met.wrappingAdd(1, ordering: .relaxed)
        return
      }
      usleep(10)
    }
  }
  return met.load(ordering: .relaxed) == 2
}
