import Execution
import KernelContract

/// Operations that can be measured alone.
package struct MeasurableProblems: Sendable {
  /// At least one; each as often as a network has it.
  package let problems: [NamedProblem]

  /// What was left out, for a person; nil where nothing was.
  package let warning: String?

  /// A network has some dozens.
  private static let mostProblems = 1000

  /// All weights together: 4 GiB.
  private static let mostWeights = 1 << 30

  /// Those of `problems` that networks have and kernels of `instructionSet` compute.
  ///
  /// - Parameter name: the file they come from, for errors.
  /// - Throws: `badData` where none is left, or where they are larger than any network.
  package init(
    _ problems: [NamedProblem], named name: String, on instructionSet: InstructionSet
  ) throws(FastViTError) {
    var left: [NamedProblem] = []
    for named in problems {
      switch TrialRunner.obstacle(to: named.problem, on: instructionSet.value) {
      case nil: left.append(named)
      case .noKernel: break
      case .tooLarge(let found, let most):
        throw FastViTError(
          .badData, "\(name): found \(found) in '\(named.problem)', expected at most \(most)")
      }
    }
    guard !left.isEmpty else {
      throw FastViTError(
        .badData,
        "\(name): found no operation that kernels of \(instructionSet) compute, expected some")
    }
    guard left.count <= Self.mostProblems else {
      throw FastViTError(
        .badData, "\(name): found \(left.count) operations, expected at most \(Self.mostProblems)")
    }
    let weights = Set(left.map(\.problem)).reduce(0) { $0 + $1.parameters }
    guard weights <= Self.mostWeights else {
      throw FastViTError(
        .badData, "\(name): found \(weights) weights, expected at most \(Self.mostWeights)")
    }
    self.problems = left
    let others = problems.count - left.count
    warning =
      others == 0
      ? nil
      : "\(name): \(others) of \(problems.count) operations are left out, which no network has or "
        + "no kernel of \(instructionSet) computes"
  }
}
