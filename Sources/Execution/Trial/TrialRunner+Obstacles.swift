import KernelContract

extension TrialRunner {
  /// Why an operation cannot be run alone.
  package enum Obstacle: Sendable, Equatable {
    /// No network's plan has it, or no kernel computes it.
    case noKernel
    /// It is larger than anything a network has: what is too large, and the most.
    case tooLarge(found: String, most: String)
  }

  /// What stands against running `problem` alone on `instructionSet`; nil where nothing does.
  package static func obstacle(
    to problem: OperationProblem, on instructionSet: InstructionSet
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
    if case .convolution(_, _, .nhwc) = problem.operation { return .noKernel }
    let kernels = PlanChoices.kernelCandidates(for: problem, on: instructionSet)
    return kernels.isEmpty ? .noKernel : nil
  }

  /// Of an operation; a network of the variants has 4096.
  private static let mostChannels = 1 << 13

  /// Of a padded map: 256 MiB.
  private static let mostValues = 1 << 26

  /// Of an operation: some seconds of a core.
  private static let mostMultiplyAdds = 1 << 38
}
