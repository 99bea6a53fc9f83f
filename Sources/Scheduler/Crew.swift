/// The workers of one run, in the hands of the thread that called `Team.run`.
package struct Crew: Sendable {
  /// Workers at most, the caller included; at least one.
  package let workerCount: Int

  /// What the workers have in common; nil for the calling thread alone.
  let run: TeamRun?

  /// A crew of the calling thread alone, which needs no team.
  package static let solo = Crew(workerCount: 1, run: nil)

  /// The workers who share `run`.
  init(_ run: TeamRun) {
    self.init(workerCount: run.workerCount, run: run)
  }

  private init(workerCount: Int, run: TeamRun?) {
    self.workerCount = workerCount
    self.run = run
  }

  /// Calls `body(tile, worker)` once for every tile in `0..<count` on any worker, and returns when all
  /// calls have.
  ///
  /// `worker` is in `0..<workerCount`, belongs to one thread for the whole run, and is 0 for the caller.
  /// What one step's tiles wrote, all tiles of the next step see. Neighbouring tiles mostly run on one
  /// worker, in ascending order, and on the same one in every step of equal `count`.
  ///
  /// Nothing is allocated here; a closure that captures more than one object is itself memory, so keep
  /// it where that counts. The crew keeps none behind the step.
  ///
  /// - Precondition: `0 <= count < 2³²`. Only the thread that called `Team.run` calls this, and not
  ///   from inside a tile; a tile may run another team.
  package func forEachTile(
    count: Int, _ body: @escaping @Sendable (_ tile: Int, _ worker: Int) -> Void
  ) {
    if let run {
      run.forEachTile(count: count, body)
    } else {
      for tile in 0..<count { body(tile, 0) }
    }
  }
}
