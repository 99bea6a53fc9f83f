import Dispatch
import Foundation
import Synchronization
import Testing

@testable import FastViTScheduler

@Suite(.timeLimit(.minutes(2))) struct CrewTests {
  /// A team that hardly spins, so that its helpers sleep after nearly every step.
  private func sleepyTeam(_ workers: Int) -> Team {
    Team(workerCount: workers, queue: .global(), patience: Patience(.zero))
  }

  /// The largest team has more workers than a step has shares.
  @Test(arguments: [1, 2, 3, 7, 70], [0, 1, 2, 5, 69, 1000])
  func everyTaskOfEveryStepRunsOnce(workers: Int, tasks: Int) {
    let calls = PlainMemory(count: tasks)
    Team(workerCount: workers).run { crew in
      for _ in 0..<20 {
        crew.forEachTask(count: tasks) { task, _ in calls[task] += 1 }
      }
    }
    #expect(calls.contents == [Int](repeating: 20, count: tasks))
  }

  @Test func soloIsThePlainLoop() {
    let order = Mutex<[Int]>([])
    Crew.solo.forEachTask(count: 5) { task, worker in
      order.withLock { $0.append(10 * worker + task) }
    }
    #expect(order.withLock { $0 } == [0, 1, 2, 3, 4])
    #expect(Crew.solo.workerCount == 1)
  }

  /// Each step reads from plain memory what other workers wrote in the previous step.
  @Test(arguments: [2, 3, 9], [false, true])
  func aStepSeesTheStepBefore(workers: Int, isSleepy: Bool) {
    let count = 64
    let steps = 2000
    let buffers = [PlainMemory(count: count), PlainMemory(count: count)]
    (isSleepy ? sleepyTeam(workers) : Team(workerCount: workers)).run { crew in
      for step in 0..<steps {
        let (source, target) = (buffers[step % 2], buffers[(step + 1) % 2])
        crew.forEachTask(count: count) { task, _ in
          target[task] = source[(task + 29) % count] + 1
        }
      }
    }
    #expect(buffers[0].contents == [Int](repeating: steps, count: count))
  }

  @Test(arguments: [2, 3]) func manyTinySteps(workers: Int) {
    let steps = 200_000
    let calls = PlainMemory(count: 4)
    Team(workerCount: workers).run { crew in
      for _ in 0..<steps {
        crew.forEachTask(count: 4) { task, _ in calls[task] += 1 }
      }
    }
    #expect(calls.contents == [Int](repeating: steps, count: 4))
  }

  @Test func manyTasks() {
    let count = 1_000_000
    let calls = PlainMemory(count: count)
    Team(workerCount: 3).run { $0.forEachTask(count: count) { task, _ in calls[task] += 1 } }
    #expect(calls.contents.allSatisfy { $0 == 1 })
  }

  @Test func otherThreadsMayBeBusy() {
    let isOver = Atomic<Bool>(false)
    let idlers = DispatchGroup()
    for _ in 0..<6 {
      DispatchQueue.global(qos: .background).async(group: idlers) {
        while !isOver.load(ordering: .relaxed) {}
      }
    }
    let calls = PlainMemory(count: 100)
    Team(workerCount: 4).run { crew in
      for _ in 0..<200 {
        crew.forEachTask(count: 100) { task, _ in calls[task] += 1 }
      }
    }
    isOver.store(true, ordering: .relaxed)
    idlers.wait()
    #expect(calls.contents == [Int](repeating: 200, count: 100))
  }

  @Test func aSleepingHelperIsWoken() {
    sleepyTeam(2).run { crew in
      for _ in 0..<20 {
        #expect(areInOneStep(crew))
        usleep(2000)
      }
    }
  }

  @Test(arguments: [2, 8]) func workersAreThreads(workers: Int) {
    let threads = PlainMemory(count: workers)
    let tasksInside = PlainMemory(count: workers)
    let faults = Atomic<Int>(0)
    Team(workerCount: workers).run { crew in
      for _ in 0..<100 {
        crew.forEachTask(count: 50) { _, worker in
          tasksInside[worker] += 1
          let thread = Int(bitPattern: pthread_self())
          if threads[worker] == 0 { threads[worker] = thread }
          if threads[worker] != thread || tasksInside[worker] != 1 {
            faults.wrappingAdd(1, ordering: .relaxed)
          }
          tasksInside[worker] -= 1
        }
      }
    }
    let seen = threads.contents.filter { $0 != 0 }
    #expect(faults.load(ordering: .relaxed) == 0, "a worker is one thread")
    #expect(Set(seen).count == seen.count, "a thread is one worker")
    let caller = Int(bitPattern: pthread_self())
    #expect([0, caller].contains(threads[0]), "the caller is worker 0, if it claimed a task")
    #expect(!threads.contents.dropFirst().contains(caller))
  }

  @Test func aSingleTaskRunsOnTheCaller() {
    Team(workerCount: 4).run { crew in
      let caller = Int(bitPattern: pthread_self())
      for _ in 0..<100 {
        crew.forEachTask(count: 1) { task, worker in
          #expect(task == 0 && worker == 0 && Int(bitPattern: pthread_self()) == caller)
        }
      }
    }
  }

  @Test func aStepInsideAStepIsRefused() async {
    await #expect(processExitsWith: .failure) {
      Team(workerCount: 2).run { crew in
        crew.forEachTask(count: 2) { _, _ in crew.forEachTask(count: 2) { _, _ in } }
      }
    }
  }
}
