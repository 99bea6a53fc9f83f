import KernelCatalog
import KernelContract
import Scheduler

/// The loop of nothing but multiply-adds that says what an instruction set can reach on this machine,
/// on a number of workers at once.
package struct MultiplyAddPeak: Sendable {
  private let kernel: PeakKernel
  private let team: Team

  /// One for each worker.
  private let loops: [PackedPeak]

  /// The loop for `instructionSet`, which this machine must have, on `workerCount` workers; nil where
  /// the instruction set has none.
  package init?(_ instructionSet: InstructionSet, workerCount: Int) {
    precondition(KernelCatalog.isAvailable(instructionSet))
    guard let kernel = KernelCatalog.peak.first(where: { $0.instructionSet == instructionSet })
    else { return nil }
    self.kernel = kernel
    let team = Team(workerCount: workerCount)
    self.team = team
    loops = (0..<team.workerCount).map { _ in PackedPeak(kernel) }
  }

  /// Runs `iterations` iterations on every worker and returns when all have ended.
  package func run(iterations: Int) {
    team.forEachTile(count: loops.count) { worker in
      loops[worker].run(turns: iterations * Self.turnsPerIteration)
    }
  }

  /// Floating-point operations of all workers in one iteration, two for a multiply-add.
  package var operationsPerIteration: Int {
    2 * kernel.multiplyAddsPerTurn * Self.turnsPerIteration * loops.count
  }

  /// Turns of the loop in one iteration: some microseconds.
  private static let turnsPerIteration = 1000
}
