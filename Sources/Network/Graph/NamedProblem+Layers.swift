import KernelContract

extension NamedProblem {
  /// What `layers` ask of the kernels, in the order in which it is first asked, equal problems merged.
  ///
  /// Blocks of a stage are told apart in names by no number: `stages.0.blocks.*.mlp.fc1`.
  package static func list(
    of layers: [(name: String, problem: OperationProblem)]
  ) -> [NamedProblem] {
    var order: [OperationProblem] = []
    var found: [OperationProblem: (name: String, count: Int)] = [:]
    for (name, problem) in layers {
      if let known = found[problem] {
        found[problem] = (known.name, known.count + 1)
      } else {
        order.append(problem)
        found[problem] = (name.withoutBlockNumber, 1)
      }
    }
    return order.map { problem in
      let (name, count) = found[problem] ?? ("", 1)
      return NamedProblem(problem, name: name, count: count)
    }
  }
}

extension String {
  /// `stages.0.blocks.*.mlp.fc1` for `stages.0.blocks.5.mlp.fc1`.
  fileprivate var withoutBlockNumber: String {
    var parts = split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    for index in parts.indices.dropFirst() where parts[index - 1] == "blocks" { parts[index] = "*" }
    return parts.joined(separator: ".")
  }
}
