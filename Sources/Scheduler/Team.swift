import Dispatch
import FastViTCPU
import FastViTCPUShims
import Synchronization

/// A number of workers that share the tasks of steps.
///
/// Dispatch starts the helpers' threads once per run. The calling thread is always one of the
/// workers, so progress never depends on a thread that has not started. Several threads may run on
/// one team at the same time: each run has its own threads and state. The team keeps a run's state
/// for later runs.
package final class Team: Sendable {
  /// The largest number of workers, the caller included; at least one.
  package let workerCount: Int

  private let queue: DispatchQueue
  private let patience: Patience

  /// The first entrance of the list.
  private let entrances = AtomicLazyReference<Entrance>()

  /// A team of `workerCount` workers; by default one worker per core that this process may use.
  package convenience init(workerCount: Int? = nil) {
    self.init(workerCount: workerCount, queue: DispatchQueue.global(qos: .userInitiated))
  }

  /// A team whose helpers are threads of `queue`, which should be concurrent, and wait with
  /// `patience`; by default with the patience that suits their number.
  init(workerCount: Int?, queue: DispatchQueue, patience: Patience? = nil) {
    let workerCount = max(1, workerCount ?? CoreBudget.current.coreCount)
    self.workerCount = workerCount
    self.queue = queue
    self.patience = patience ?? Patience(workerCount: workerCount)
  }

  /// Asks for the helpers once, calls `body` with the crew on the calling thread, and returns when
  /// every helper has left the run.
  ///
  /// The crew is valid until `body` returns. A helper that Dispatch starts after that finds the run
  /// over and ends, or works in the next run.
  ///
  /// - Parameters:
  ///   - expectingMore: whether another run on this team follows within a millisecond or two. Helpers
  ///     then wait for that run, since starting them again may take as long.
  ///   - preparation: what each helper does before it claims tasks, while the caller works. The run
  ///     does not end before every helper inside has finished it.
  package func run<R, E: Error>(
    expectingMore: Bool = false, beginningWith preparation: (@Sendable () -> Void)? = nil,
    _ body: (Crew) throws(E) -> R
  ) throws(E) -> R {
    try run(
      helpers: workerCount - 1, expectingMore: expectingMore, beginningWith: preparation, body)
  }

  /// Runs one step alone: calls `body` once for every task in `0..<count`, on any worker in any
  /// order, and returns when all calls have returned.
  package func forEachTask(count: Int, _ body: @Sendable (Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      run(helpers: min(workerCount, count) - 1) { crew in
        crew.forEachTask(count: count) { task, _ in body(task) }
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
    entrance.state.begin(expectingMore: expectingMore, with: preparation)
    entrance.call(helpers)
    // A helper that starts on this core moves to another one, but only once this core has run it. Not
    // done for every run: any other thread that waits for the core would keep it for milliseconds.
    if expectingMore { fastvit_yield() }
    defer {
      entrance.state.end()
      entrance.leave()
    }
    return try body(Crew(entrance.state))
  }
}
