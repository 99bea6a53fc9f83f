import FastViTCatalogue
import FastViTOperations
import FastViTScheduler

/// A loop of nothing but multiply-adds that measures the peak of an instruction set on this machine, on
/// a number of workers at once.
package struct MultiplyAddPeak: Sendable {
  private let kernel: PeakKernel
  private let team: Team

  /// One loop per worker.
  private let loops: [PackedPeak]

  /// The loop for `instructionSet`, which this machine must have, on `workerCount` workers; nil where
  /// the instruction set has none.
  ///
  /// - Parameters:
  ///   - precision: what the products are computed in.
  ///   - catalogue: the kernels among which the loop is.
  package init?(
    _ instructionSet: InstructionSet, precision: Precision = .f32,
    from catalogue: KernelCatalogue = .generated, workerCount: Int
  ) {
    precondition(instructionSet.runsHere)
    let kernel = catalogue.kernels(PeakKernel.self).first {
      $0.instructionSet == instructionSet && $0.precision == precision
    }
    guard let kernel else { return nil }
    self.kernel = kernel
    let team = Team(workerCount: workerCount)
    self.team = team
    loops = (0..<team.workerCount).map { _ in PackedPeak(kernel) }
  }

  /// Runs `iterations` iterations on every worker and returns when all workers are done.
  package func run(iterations: Int) {
    team.forEachTask(count: loops.count) { worker in
      loops[worker].run(turns: iterations * Self.turnsPerIteration)
    }
  }

  /// Floating-point operations of all workers together in one iteration; a multiply-add counts as two.
  package var operationsPerIteration: Int {
    2 * kernel.multiplyAddsPerTurn * Self.turnsPerIteration * loops.count
  }

  /// Turns of the loop per iteration, which then takes some microseconds.
  private static let turnsPerIteration = 1000
}
