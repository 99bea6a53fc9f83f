import Dispatch
import Foundation
import Synchronization
import Testing

@testable import Scheduler

@Suite(.timeLimit(.minutes(2))) struct CrewTests {
  /// A team of `workers` that spins hardly at all, so that its helpers sleep after nearly every step.
  private func sleepyTeam(_ workers: Int) -> Team {
    Team(workerCount: workers, queue: .global(), patience: Patience(.zero))
  }

  /// Up to more workers than steps have shares.
  @Test(arguments: [1, 2, 3, 7, 70], [0, 1, 2, 5, 69, 1000])
  func everyTileOfEveryStepRunsOnce(workers: Int, tiles: Int) {
    let calls = PlainMemory(count: tiles)
    Team(workerCount: workers).run { crew in
      for _ in 0..<20 {
        crew.forEachTile(count: tiles) { tile, _ in calls[tile] += 1 }
      }
    }
    #expect(calls.contents == [Int](repeating: 20, count: tiles))
  }

  @Test func soloIsThePlainLoop() {
    let order = Mutex<[Int]>([])
    Crew.solo.forEachTile(count: 5) { tile, worker in
      order.withLock { $0.append(10 * worker + tile) }
    }
    #expect(order.withLock { $0 } == [0, 1, 2, 3, 4])
    #expect(Crew.solo.workerCount == 1)
  }

  /// Each step reads what other workers wrote in the step before, from plain memory.
  @Test(arguments: [2, 3, 9], [false, true])
  func aStepSeesTheStepBefore(workers: Int, isSleepy: Bool) {
    let count = 64
    let steps = 2000
    let buffers = [PlainMemory(count: count), PlainMemory(count: count)]
    (isSleepy ? sleepyTeam(workers) : Team(workerCount: workers)).run { crew in
      for step in 0..<steps {
        let (source, target) = (buffers[step % 2], buffers[(step + 1) % 2])
        crew.forEachTile(count: count) { tile, _ in
          target[tile] = source[(tile + 29) % count] + 1
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
        crew.forEachTile(count: 4) { tile, _ in calls[tile] += 1 }
      }
    }
    #expect(calls.contents == [Int](repeating: steps, count: 4))
  }

  @Test func manyTiles() {
    let count = 1_000_000
    let calls = PlainMemory(count: count)
    Team(workerCount: 3).run { $0.forEachTile(count: count) { tile, _ in calls[tile] += 1 } }
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
        crew.forEachTile(count: 100) { tile, _ in calls[tile] += 1 }
      }
    }
    isOver.store(true, ordering: .relaxed)
    idlers.wait()
    #expect(calls.contents == [Int](repeating: 200, count: 100))
  }

  @Test func aSleepingHelperIsWoken() {
    sleepyTeam(2).run { crew in
      for _ in 0..<20 {
        #expect(meet(crew))
        usleep(2000)
      }
    }
  }

  @Test(arguments: [2, 8]) func workersAreThreads(workers: Int) {
    let threads = PlainMemory(count: workers)
    let tilesInside = PlainMemory(count: workers)
    let faults = Atomic<Int>(0)
    Team(workerCount: workers).run { crew in
      for _ in 0..<100 {
        crew.forEachTile(count: 50) { _, worker in
          tilesInside[worker] += 1
          let thread = Int(bitPattern: pthread_self())
          if threads[worker] == 0 { threads[worker] = thread }
          if threads[worker] != thread || tilesInside[worker] != 1 {
            faults.wrappingAdd(1, ordering: .relaxed)
          }
          tilesInside[worker] -= 1
        }
      }
    }
    let seen = threads.contents.filter { $0 != 0 }
    #expect(faults.load(ordering: .relaxed) == 0, "a worker is one thread")
    #expect(Set(seen).count == seen.count, "a thread is one worker")
    let caller = Int(bitPattern: pthread_self())
    #expect([0, caller].contains(threads[0]), "the caller is worker 0, if it got a tile at all")
    #expect(!threads.contents.dropFirst().contains(caller))
  }

  @Test func aSingleTileRunsOnTheCaller() {
    Team(workerCount: 4).run { crew in
      let caller = pthread_self()
      for _ in 0..<100 {
        crew.forEachTile(count: 1) { tile, worker in
          #expect(tile == 0 && worker == 0 && pthread_self() == caller)
        }
      }
    }
  }

  @Test func aStepInsideAStepIsRefused() async {
    await #expect(processExitsWith: .failure) {
      Team(workerCount: 2).run { crew in
        crew.forEachTile(count: 2) { _, _ in crew.forEachTile(count: 2) { _, _ in } }
      }
    }
  }
}
