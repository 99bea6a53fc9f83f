import FastViTCatalogue
import FastViTOperations

extension TrialRunner {
  /// Why an operation cannot be run alone.
  package enum Obstacle: Sendable, Equatable {
    /// No network's plan has it, or no kernel computes it.
    case noKernel
    /// It is larger than anything a network has: what is too large, and the most.
    case tooLarge(found: String, most: String)
  }

  /// Why `problem` cannot be run alone on `instructionSet`; nil where it can.
  package static func obstacle(
    to problem: OperationProblem, on instructionSet: InstructionSet,
    from catalogue: KernelCatalogue = .generated
  ) -> Obstacle? {
    let channels = max(problem.input.channels, problem.output.channels)
    if channels > mostChannels {
      return .tooLarge(found: "\(channels) channels", most: "\(mostChannels)")
    }
    let values = [problem.input, problem.output].map { ActivationLayout($0).elements }
    if let largest = values.max(), largest > mostValues {
      return .tooLarge(found: "a map of \(largest) values", most: "\(mostValues)")
    }
    if problem.multiplyAdds > mostMultiplyAdds {
      return .tooLarge(
        found: "\(problem.multiplyAdds) multiply-adds", most: "\(mostMultiplyAdds)")
    }
    guard problem.operation.isInPlans else { return .noKernel }
    let kernels = PlanChoices.kernelCandidates(
      for: problem, on: instructionSet, from: catalogue)
    return kernels.isEmpty ? .noKernel : nil
  }

  /// The most channels of an operation; the networks of the variants have up to 4096.
  private static let mostChannels = 1 << 13

  /// The most values of a padded feature map: 256 MiB.
  private static let mostValues = 1 << 26

  /// The most multiply-adds of an operation: some seconds on one core.
  private static let mostMultiplyAdds = 1 << 38
}
