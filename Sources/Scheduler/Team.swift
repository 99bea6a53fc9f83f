import CPU
import CPUShims
import Dispatch
import Synchronization

/// A number of workers that share the tiles of steps.
///
/// Dispatch lends the threads, once a run; the calling thread is always one of the workers, so
/// progress never depends on a thread that did not come. Several threads may run on one team at the
/// same time: each run has threads and state of its own. What a run needs is kept for the next.
package final class Team: Sendable {
  /// Workers at most, the caller included; at least one.
  package let workerCount: Int

  private let queue: DispatchQueue
  private let patience: Patience

  /// The first of a list.
  private let entrances = AtomicLazyReference<Entrance>()

  /// A team of `workerCount` workers, or of as many as this process may use cores.
  package convenience init(workerCount: Int? = nil) {
    self.init(workerCount: workerCount, queue: DispatchQueue.global(qos: .userInitiated))
  }

  /// A team whose helpers are threads of `queue`, which should be concurrent, and wait with
  /// `patience`, or with what suits their number.
  init(workerCount: Int?, queue: DispatchQueue, patience: Patience? = nil) {
    let workerCount = max(1, workerCount ?? CoreBudget.current.coreCount)
    self.workerCount = workerCount
    self.queue = queue
    self.patience = patience ?? Patience(workerCount: workerCount)
  }

  /// Enters the workers once, calls `body` on the calling thread with the crew, leaves.
  ///
  /// The crew is valid until `body` returns. No helper is left inside the run then; one that Dispatch
  /// has not started yet finds the run over when it comes, or helps the next.
  ///
  /// - Parameters:
  ///   - expectingMore: whether another run on this team is to follow within a millisecond or two:
  ///     helpers then wait for it, since to fetch them again may take as long.
  ///   - preparation: what each helper does when it has come, beside the caller, before it helps. The
  ///     run ends after it.
  package func run<R, E: Error>(
    expectingMore: Bool = false, beginningWith preparation: (@Sendable () -> Void)? = nil,
    _ body: (Crew) throws(E) -> R
  ) throws(E) -> R {
    try run(
      helpers: workerCount - 1, expectingMore: expectingMore, beginningWith: preparation, body)
  }

  /// One step alone: calls `body` once for every tile in `0..<count`, on any worker in any order, and
  /// returns when all calls have.
  package func forEachTile(count: Int, _ body: @Sendable (Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      run(helpers: min(workerCount, count) - 1) { crew in
        crew.forEachTile(count: count) { tile, _ in body(tile) }
      }
    }
  }

  private func run<R, E: Error>(
    helpers: Int, expectingMore: Bool = false,
    beginningWith preparation: (@Sendable () -> Void)? = nil, _ body: (Crew) throws(E) -> R
  ) throws(E) -> R {
    guard helpers > 0 else { return try body(.solo) }
    let entrance = Entrance.take(from: entrances) {
      Entrance(workerCount: workerCount, patience: patience, queue: queue)
    }
    entrance.run.begin(expectingMore: expectingMore, with: preparation)
    entrance.call(helpers)
    // Helpers who begin on this core leave it, once they have had it. Not before every run: whoever else
    // wants the core keeps it for milliseconds.
    if expectingMore { fastvit_yield() }
    defer {
      entrance.run.end()
      entrance.leave()
    }
    return try body(Crew(entrance.run))
  }
}
