import FastViTExecution
import FastViTOperations

/// The operations of a shape file that can be measured alone.
package struct MeasurableProblems: Sendable {
  /// At least one problem; each has the number of times that a network needs it.
  package let problems: [NamedProblem]

  /// A sentence that says what was left out; nil where nothing was.
  package let warning: String?

  /// The largest number of problems; a network has some dozens.
  private static let mostProblems = 1000

  /// The largest number of weights of all problems together: 4 GiB.
  private static let mostWeights = 1 << 30

  /// The problems among `problems` that kernels of `instructionSet` solve on their own.
  ///
  /// - Parameter name: the file that holds the problems, for messages.
  /// - Throws: `badData` where no problem is left, or where they are larger than any network.
  package init(
    _ problems: [NamedProblem], named name: String, on instructionSet: VectorInstructions
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
      : "\(name): \(others) of \(problems.count) operations are left out: no network has them or "
        + "no kernel of \(instructionSet) computes them"
  }
}
