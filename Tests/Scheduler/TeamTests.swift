import Synchronization
import Testing

@testable import Scheduler

@Suite struct TeamTests {
  @Test(arguments: [1, 2, 3, 7, 40], [0, 1, 2, 5, 1000])
  func everyTileRunsOnce(workers: Int, tiles: Int) {
    let calls = Mutex([Int](repeating: 0, count: tiles))
    Team(workerCount: workers).forEachTile(count: tiles) { tile in
      calls.withLock { $0[tile] += 1 }
    }
    #expect(calls.withLock { $0 } == [Int](repeating: 1, count: tiles))
  }

  @Test func nestedTeamsFinish() {
    let total = Atomic<Int>(0)
    Team(workerCount: 4).forEachTile(count: 8) { _ in
      Team(workerCount: 4).forEachTile(count: 8) { _ in
        total.wrappingAdd(1, ordering: .relaxed)
      }
    }
    #expect(total.load(ordering: .relaxed) == 64)
  }

  @Test func defaultIsAtLeastOneWorker() {
    #expect(Team().workerCount >= 1)
    #expect(Team(workerCount: 0).workerCount == 1)
  }
}
