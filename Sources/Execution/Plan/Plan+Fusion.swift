import KernelContract

extension Plan {
  /// Cuts the operations into groups that run as one step: as chosen for such pictures and so many
  /// workers, else by the first rule that applies.
  ///
  /// - Parameter shapes: of all values.
  func groups(shapes: [FeatureShape], workers: Int) -> [Range<Int>] {
    var groups: [Range<Int>] = []
    var index = 0
    while index < operations.count {
      let group = chain(at: index, shapes: shapes, workers: workers) ?? index..<index + 1
      groups.append(group)
      index = group.upperBound
    }
    return groups
  }

  /// The operations from `index` on that run as one step; nil where only the first does.
  private func chain(at index: Int, shapes: [FeatureShape], workers: Int) -> Range<Int>? {
    for rule in FusionRule.allCases {
      guard let length = rule.length(at: index, of: operations) else { continue }
      let group = index..<index + length
      let choice = choices.step(for: key(of: group, shapes: shapes, workers: workers))
      guard choice?.isFused ?? rules.contains(rule), isChain(group) else { continue }
      return group
    }
    return nil
  }

  /// What choices for the operations `group` are looked up by.
  func key(of group: Range<Int>, shapes: [FeatureShape], workers: Int) -> PlanChoices.Key {
    PlanChoices.Key(
      operations[group].map { $0.problem(on: shapes[$0.input]) }, on: instructionSet,
      workers: workers)
  }

  /// Whether each operation of `group` reads the one before, and nobody outside reads what lies
  /// between.
  func isChain(_ group: Range<Int>) -> Bool {
    let results = graph.stageOutputs + [graph.embedding, graph.logits]
    return group.dropLast().allSatisfy { index in
      let value = operations[index].output
      return operations[index + 1].input == value && !results.contains(value)
        && group.contains(lastReads[value])
    }
  }
}
