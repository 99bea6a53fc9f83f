extension Plan {
  /// Cuts `operations` into groups that run as one step, by the first rule that applies.
  static func groups(
    of operations: [PlannedOperation], lastReads: [Int], results: Set<Int>,
    fusing rules: Set<FusionRule>
  ) -> [Range<Int>] {
    var groups: [Range<Int>] = []
    var index = 0
    while index < operations.count {
      let lengths = FusionRule.allCases.filter(rules.contains).compactMap { rule in
        rule.length(at: index, of: operations).flatMap { length in
          let group = index..<index + length
          return isChain(group, of: operations, lastReads: lastReads, results: results)
            ? length : nil
        }
      }
      let group = index..<index + (lengths.first ?? 1)
      groups.append(group)
      index = group.upperBound
    }
    return groups
  }

  /// Whether each operation of `group` reads the one before, and nobody outside reads what lies
  /// between.
  private static func isChain(
    _ group: Range<Int>, of operations: [PlannedOperation], lastReads: [Int], results: Set<Int>
  ) -> Bool {
    group.dropLast().allSatisfy { index in
      let value = operations[index].output
      return operations[index + 1].input == value && !results.contains(value)
        && group.contains(lastReads[value])
    }
  }
}
