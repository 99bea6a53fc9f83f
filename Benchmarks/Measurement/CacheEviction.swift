import CPU
import Foundation
import Scheduler
import Synchronization

/// Empties the caches of what was computed before, by reading something larger than all of them on each
/// core that may have computed it.
final class CacheEviction: Sendable {
  private let values: [UInt64]
  private let team: Team
  private let patience: Duration

  /// Workers of the run that have come, and those that have read.
  private let present = Atomic(0)
  private let readers = Mutex<Set<Int>>([])

  /// For work that `threads` threads share: one stays on its core; several may come up on any core that
  /// this process may use, so all of these read.
  ///
  /// - Parameter patience: how long those that have come wait for the others.
  init(threads: Int, patience: Duration = .milliseconds(20)) {
    let largest = CacheHierarchy.current.largestBytes ?? 64 << 20
    let bytes = min(max(2 * largest, 32 << 20), 1 << 30)
    // Pages that are never written all lie in the same zero page.
    values = (0..<bytes / 8).map { UInt64($0) }
    team = Team(workerCount: threads > 1 ? max(threads, CoreBudget.current.coreCount) : 1)
    self.patience = patience
  }

  /// Reads on all workers at once; returns how many have, all but those that did not come in time.
  @discardableResult
  func run() -> Int {
    present.store(0, ordering: .relaxed)
    readers.withLock { $0.removeAll() }
    let deadline = ContinuousClock.now + patience
    team.run { [self] crew in
      crew.forEachTile(count: crew.workerCount) { [self] _, worker in
        // Whoever has a tile keeps it until all have one: none reads for another.
        present.add(1, ordering: .relaxed)
        while present.load(ordering: .relaxed) < team.workerCount, .now < deadline { sched_yield() }
        read()
        readers.withLock { _ = $0.insert(worker) }
      }
    }
    return readers.withLock(\.count)
  }

  private func read() {
    var sum: UInt64 = 0
    for index in stride(from: 0, to: values.count, by: 8) { sum &+= values[index] }
    if sum == 42 { print("") }
  }
}
