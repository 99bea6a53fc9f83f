import FastViTCatalogue
import FastViTOperations

/// What could be chosen, for tuning.
extension PlanChoices {
  /// Kernels that could compute `problem`, as `choose(kernels:for:)` takes them; what the rules choose
  /// may be missing.
  ///
  /// - Parameter all: whether to include those that cannot be fast: tiles of one row for many rows, tiles that
  ///   do not fit the feature map, and every split of a width between two kernels.
  package static func kernelCandidates(
    for problem: OperationProblem, on instructionSet: InstructionSet,
    from catalogue: KernelCatalogue = .generated, all: Bool = false
  ) -> [[String]] {
    for set in instructionSet.included {
      let candidates = problem.operation.candidates(
        for: problem, on: set, in: catalogue, all: all)
      if !candidates.isEmpty { return candidates.map(\.names) }
    }
    return []
  }

  /// Ways to run the operations of `problems`; the first is what the rules choose.
  ///
  /// - Parameter all: whether to give every combination, not only one deviation from the rules at a time.
  package static func stepCandidates(
    for problems: [OperationProblem], workers: Int, all: Bool = false
  ) -> [StepChoice] {
    guard let last = problems.last else { return [] }
    let tasks: [Int?] = workers == 1 ? [nil] : [nil, 1, 3, 4, 8]
    var choices = [StepChoice()]
    if problems.count > 1 {
      let bands = [2, 4, 8, 16, 32].filter { $0 < last.output.height } + [last.output.height]
      choices.append(StepChoice(isFused: false))
      choices.append(StepChoice(isFused: true))
      for band in bands {
        for count in all ? tasks : [nil] {
          choices.append(
            StepChoice(isFused: true, sharing: .rows, bandRows: band, tasksPerWorker: count))
        }
      }
      for sharing in StepChoice.Sharing.allCases {
        choices += tasks.map {
          StepChoice(isFused: true, sharing: sharing, tasksPerWorker: $0)
        }
      }
    } else if last.operation.division == .rowsOrChannels {
      for sharing in StepChoice.Sharing.allCases {
        choices += tasks.map { StepChoice(sharing: sharing, tasksPerWorker: $0) }
      }
    } else {
      choices += tasks.dropFirst().map { StepChoice(tasksPerWorker: $0) }
    }
    return choices.filter { choice in (try? choice.check(for: problems)) != nil }
  }
}
