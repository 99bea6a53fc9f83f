/// A problem with its place in a network.
package struct NamedProblem: Sendable, Hashable {
  /// What is computed.
  package let problem: OperationProblem

  /// The place, such as timm's module path; empty where there is none. Without `"` and control
  /// characters.
  package let name: String

  /// How often the network has the problem; at least one.
  package let count: Int

  /// A problem with its place; see the properties.
  package init(_ problem: OperationProblem, name: String = "", count: Int = 1) {
    precondition(count > 0 && name.unicodeScalars.allSatisfy(Self.isNameScalar))
    self.problem = problem
    self.name = name
    self.count = count
  }

  /// Whether names may hold `scalar`, so that they stay in one line, between their quotes.
  static func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .surrogate: false
    default: scalar != "\""
    }
  }
}

extension NamedProblem {
  /// The problems of `layers`, equal ones merged, in the order of their first layer.
  ///
  /// Names have `*` in the place of a network block's number: `stages.0.blocks.*.mlp.fc1`.
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
