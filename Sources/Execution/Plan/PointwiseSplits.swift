import KernelCatalog
import KernelContract

/// The ways to divide the width of a matrix product between one or two kernels.
struct PointwiseSplits {
  private let kernels: [PointwiseKernel]
  private let problem: OperationProblem
  private let vectors: Int
  private let all: Bool

  /// - Parameters:
  ///   - vectors: of the padded width.
  ///   - all: every split, and not only those with the smallest second part; and kernels of single rows
  ///     for any number of them.
  init(_ problem: OperationProblem, vectors: Int, on instructionSet: InstructionSet, all: Bool) {
    self.problem = problem
    self.vectors = vectors
    self.all = all
    kernels = KernelCatalog.pointwise.filter {
      $0.instructionSet == instructionSet && $0.epilogue == problem.epilogue
        && (all || $0.rows > 1 || problem.output.pixels == 1)
    }
  }

  /// The splits as names of kernels, the wider part first.
  var names: [[String]] {
    var found: [[String]] = []
    var known: Set<[String]> = []
    for first in kernels {
      for second in kernels {
        for panels in panels(first, second) {
          let rest = vectors - panels * first.vectors
          let runs = [
            PointwiseRun(kernel: first, panels: panels),
            PointwiseRun(kernel: second, panels: rest / second.vectors),
          ].filter { $0.panels > 0 }
          let names = ChosenKernels.pointwise(runs, outputs: 0, depth: 0).names
          if known.insert(names).inserted { found.append(names) }
        }
      }
    }
    return found
  }

  /// How many panels the first of two kernels may have, at least half of the width.
  private func panels(_ first: PointwiseKernel, _ second: PointwiseKernel) -> [Int] {
    let most = vectors / first.vectors
    let possible = (0...most).reversed().filter { panels in
      let rest = vectors - panels * first.vectors
      return vectors >= 2 * rest && rest % second.vectors == 0
    }
    return all ? possible : Array(possible.prefix(1))
  }
}
