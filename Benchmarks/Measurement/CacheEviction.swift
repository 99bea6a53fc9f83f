import FastViTCPU
import FastViTScheduler
import Foundation
import Synchronization

/// Replaces what earlier work left in the caches, by reading values that are larger than all caches on
/// each core that may have done that work.
final class CacheEviction: Sendable {
  private let values: [UInt64]
  private let team: Team
  private let patience: Duration

  /// How many workers have claimed a task of the run, and which workers have read.
  private let present = Atomic(0)
  private let readers = Mutex<Set<Int>>([])

  /// For work that `threads` threads share. One thread stays on its core. Several threads may run on any
  /// core that this process may use, so all of these cores read.
  ///
  /// - Parameter patience: how long workers that have claimed a task wait for the others.
  init(threads: Int, patience: Duration = .milliseconds(20)) {
    let largest = CacheHierarchy.current.largestBytes ?? 64 << 20
    let bytes = min(max(2 * largest, 32 << 20), 1 << 30)
    // The values are written, because all pages that never are share one page of zeros.
    values = (0..<bytes / 8).map { UInt64($0) }
    team = Team(workerCount: threads > 1 ? max(threads, CoreBudget.current.coreCount) : 1)
    self.patience = patience
  }

  /// Reads on all workers at once, and returns how many workers did: all but those that claimed no task
  /// in time.
  @discardableResult
  func run() -> Int {
    present.store(0, ordering: .relaxed)
    readers.withLock { $0.removeAll() }
    let deadline = ContinuousClock.now + patience
    team.run { [self] crew in
      crew.forEachTask(count: crew.workerCount) { [self] _, worker in
        // A worker that has a task waits until every worker has one, so that none reads twice.
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
