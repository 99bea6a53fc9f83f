import KernelCatalog
import Scheduler

/// The copy that says how many bytes a second a level of memory gives to a number of workers at once.
package struct CopyBandwidth: Sendable {
  private let team: Team

  /// One for each worker.
  private let loops: [CopyLoop]

  /// A copy on `workerCount` workers, each of which reads `bytesOfWorker` / 2 bytes of its own over and
  /// over and writes as many others.
  package init(bytesOfWorker: Int, workerCount: Int) {
    team = Team(workerCount: workerCount)
    loops = (0..<workerCount).map { _ in CopyLoop(bytes: bytesOfWorker) }
  }

  /// Copies `iterations` times on every worker and returns when all have ended.
  package func run(iterations: Int) {
    team.forEachTile(count: loops.count) { worker in
      loops[worker].run(turns: iterations)
    }
  }

  /// Bytes that all workers read and write in one iteration.
  package var bytesPerIteration: Int { loops.reduce(0) { $0 + $1.bytesPerTurn } }
}
