import KernelContract

/// What could be chosen, for those who measure.
extension PlanChoices {
  /// Kernels that could compute `problem`, as `choose(kernels:for:)` takes them; what the rules choose
  /// may be missing.
  ///
  /// - Parameter all: also those that cannot be good: single rows for many, tiles that do not fit the
  ///   map, and every split of a width between two kernels.
  package static func kernelCandidates(
    for problem: OperationProblem, on instructionSet: InstructionSet, all: Bool = false
  ) -> [[String]] {
    let single = ChosenKernels.single(for: problem, on: instructionSet)
    guard case .pointwise(let outputs) = problem.operation else {
      let fitting = single.filter { $0.fits(problem) }
      return (all || fitting.isEmpty ? single : fitting).map(\.names)
    }
    let vectors = ActivationLayout.paddedChannels(outputs) / instructionSet.lanes
    let splits = PointwiseSplits(
      problem, vectors: vectors, on: instructionSet, all: all)
    return splits.names
  }

  /// Ways to run the operations of `problems`, the rules' first.
  ///
  /// - Parameter all: every combination, not only one deviation from the rules at a time.
  package static func stepCandidates(
    for problems: [OperationProblem], workers: Int, all: Bool = false
  ) -> [StepChoice] {
    guard let last = problems.last else { return [] }
    let tiles: [Int?] = workers == 1 ? [nil] : [nil, 1, 3, 4, 8]
    var choices = [StepChoice()]
    if problems.count > 1 {
      let bands = [2, 4, 8, 16, 32].filter { $0 < last.output.height } + [last.output.height]
      choices.append(StepChoice(isFused: false))
      choices.append(StepChoice(isFused: true))
      for band in bands {
        for count in all ? tiles : [nil] {
          choices.append(
            StepChoice(isFused: true, sharing: .rows, bandRows: band, tilesPerWorker: count))
        }
      }
      for sharing in StepChoice.Sharing.allCases {
        choices += tiles.map {
          StepChoice(isFused: true, sharing: sharing, tilesPerWorker: $0)
        }
      }
    } else if case .depthwise = last.operation {
      for sharing in StepChoice.Sharing.allCases {
        choices += tiles.map { StepChoice(sharing: sharing, tilesPerWorker: $0) }
      }
    } else {
      choices += tiles.dropFirst().map { StepChoice(tilesPerWorker: $0) }
    }
    return choices.filter { choice in (try? choice.check(for: problems)) != nil }
  }
}

extension ChosenKernels {
  /// Whether a tile of the kernel fits the map.
  fileprivate func fits(_ problem: OperationProblem) -> Bool {
    if case .depthwise(let kernel, _) = self { return kernel.fits(columns: problem.output.width) }
    return true
  }
}
