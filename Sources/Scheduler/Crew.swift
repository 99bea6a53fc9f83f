/// The workers of one run, as the thread that called `Team.run` sees them.
package struct Crew: Sendable {
  /// The largest number of workers, the caller included; at least one.
  package let workerCount: Int

  /// What the workers share; nil for the calling thread alone.
  let state: CrewState?

  /// A crew of the calling thread alone, which needs no team.
  package static let solo = Crew(workerCount: 1, state: nil)

  /// The workers that share `state`.
  init(_ state: CrewState) {
    self.init(workerCount: state.workerCount, state: state)
  }

  private init(workerCount: Int, state: CrewState?) {
    self.workerCount = workerCount
    self.state = state
  }

  /// Runs one step: calls `body(task, worker)` once for every task in `0..<count`, on any worker, and
  /// returns when all calls have returned.
  ///
  /// `worker` is in `0..<workerCount`, belongs to one thread for the whole run, and is 0 for the
  /// caller. The tasks of a step see everything that the tasks of earlier steps wrote. Neighbouring
  /// tasks mostly run on one worker, in ascending order, and on the same worker in every step of
  /// equal `count`.
  ///
  /// Nothing is allocated here. A closure that captures more than one object is itself allocated, so
  /// keep and reuse the closure where that matters. The crew does not keep it after the step.
  ///
  /// - Precondition: `0 <= count < 2³²`. Only the thread that called `Team.run` calls this, and not
  ///   from inside a task; a task may run another team.
  package func forEachTask(
    count: Int, _ body: @escaping @Sendable (_ task: Int, _ worker: Int) -> Void
  ) {
    if let state {
      state.forEachTask(count: count, body)
    } else {
      for task in 0..<count { body(task, 0) }
    }
  }
}
