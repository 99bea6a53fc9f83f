import CPU
import Dispatch
import Synchronization

/// A number of workers that share the tiles of one step.
///
/// Dispatch lends the threads. Workers claim tiles one at a time from a shared counter, so a slow core
/// takes fewer; the calling thread is one of the workers, so progress never depends on a thread that
/// did not come.
package struct Team: Sendable {
  /// Workers at most, the caller included; at least one.
  package let workerCount: Int

  /// A team of `workerCount` workers, or of as many as this process may use cores.
  package init(workerCount: Int? = nil) {
    self.workerCount = Swift.max(1, workerCount ?? CoreBudget.current.coreCount)
  }

  /// Calls `body` once for every tile in `0..<count`, on any worker in any order, and returns when all
  /// calls have.
  package func forEachTile(count: Int, _ body: @Sendable (Int) -> Void) {
    let workers = Swift.min(workerCount, count)
    guard workers > 1 else {
      for tile in 0..<count { body(tile) }
      return
    }
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      while true {
        let tile = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard tile < count else { return }
        body(tile)
      }
    }
  }
}
