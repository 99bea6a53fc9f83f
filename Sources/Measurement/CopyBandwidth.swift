import FastViTOperations
import FastViTScheduler

/// A copy loop that measures how many bytes per second a level of the memory hierarchy delivers to a
/// number of workers at once.
package struct CopyBandwidth: Sendable {
  private let team: Team

  /// One loop per worker.
  private let loops: [CopyLoop]

  /// A copy on `workerCount` workers. Each worker copies `bytesOfWorker` / 2 bytes of its own memory to
  /// another place, again and again.
  package init(bytesOfWorker: Int, workerCount: Int) {
    team = Team(workerCount: workerCount)
    loops = (0..<workerCount).map { _ in CopyLoop(bytes: bytesOfWorker) }
  }

  /// Copies `iterations` times on every worker and returns when all workers are done.
  package func run(iterations: Int) {
    team.forEachTask(count: loops.count) { worker in
      loops[worker].run(turns: iterations)
    }
  }

  /// Bytes that all workers together read and write in one iteration.
  package var bytesPerIteration: Int { loops.reduce(0) { $0 + $1.bytesPerTurn } }
}
