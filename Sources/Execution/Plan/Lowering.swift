import FastViTNetwork
import FastViTOperations

/// One operation as kernels compute it: an operation of the graph, and the operation after it where that
/// becomes the kernel's epilogue.
package struct LoweredOperation: Sendable {
  /// The place in the network of the operation that does the work.
  package let name: String
  /// The operation that does the work.
  package let operation: any Operation
  /// What is done with each result before it is stored.
  package let epilogue: Epilogue

  /// What the products are computed in.
  package var precision = Precision.f32

  /// The place among the graph's nodes of the operation that does the work.
  let node: Int

  /// The number of the value that is the (first) input.
  package let input: Int

  /// The number of a second value that is read: a residual, or one factor per channel; nil where there is none.
  package let second: Int?

  /// The number of the value that is made.
  package let output: Int

  /// What is asked of the kernels, for values of `shapes`.
  package func problem(_ shapes: [FeatureShape]) -> OperationProblem {
    OperationProblem(operation, on: shapes[input], epilogue: epilogue, precision: precision)
  }
}

/// The one pass that turns a graph into operations that kernels exist for: activation functions and residual
/// sums become epilogues of the operation before them. Listings, plans, tuning, benchmarks and profiles all
/// take their operations from here.
package struct Lowering: Sendable {
  /// The operations, in an order in which every value is made before it is read.
  package private(set) var operations: [LoweredOperation] = []

  /// The values that callers may want.
  let results: Set<Int>

  /// The last operation that reads each value; the operation that makes the value where none reads it.
  let lastReads: [Int]

  /// Lowers `graph`, which may be an outline.
  package init<Scalar>(_ graph: Graph<Scalar>) {
    var uses = [Int](repeating: 0, count: graph.nodes.count + 1)
    for node in graph.nodes { for input in node.inputs { uses[input] += 1 } }
    results = Set(graph.stageOutputs + [graph.embedding, graph.logits])
    for result in results { uses[result] += 1 }
    var operations: [LoweredOperation] = []
    var index = 0
    while index < graph.nodes.count {
      let node = graph.nodes[index]
      let next = index + 1 < graph.nodes.count ? graph.nodes[index + 1] : nil
      let follower = next.flatMap { uses[node.output] == 1 ? Follower($0, of: node) : nil }
      operations.append(
        LoweredOperation(
          name: node.name, operation: node.operation, epilogue: follower?.epilogue ?? .bias,
          node: index, input: node.inputs[0],
          second: follower?.second ?? (node.inputs.count > 1 ? node.inputs[1] : nil),
          output: follower?.output ?? node.output))
      index += follower == nil ? 1 : 2
    }
    self.operations = operations
    lastReads = Self.lastReads(operations, valueCount: graph.nodes.count + 1)
  }

  private static func lastReads(_ operations: [LoweredOperation], valueCount: Int) -> [Int] {
    var lastReads = [Int](repeating: 0, count: valueCount)
    for (index, operation) in operations.enumerated() {
      lastReads[operation.output] = index
      lastReads[operation.input] = index
      if let second = operation.second { lastReads[second] = index }
    }
    return lastReads
  }

  /// Lets operations compute in `precision`: those that have it, where `isComputable` says so of the changed
  /// operation.
  mutating func lower(to precision: Precision, where isComputable: (LoweredOperation) -> Bool) {
    for index in operations.indices
    where type(of: operations[index].operation).precisions.contains(precision) {
      var operation = operations[index]
      operation.precision = precision
      if isComputable(operation) { operations[index] = operation }
    }
  }

  /// What the products of each of the graph's nodes are computed in.
  package var nodePrecisions: [Precision] {
    // Every value but the image is made by the node before it in number.
    var precisions = [Precision](repeating: .f32, count: lastReads.count - 1)
    for operation in operations { precisions[operation.node] = operation.precision }
    return precisions
  }

  /// What the operations ask of the kernels for values of `shapes`, in their order.
  package func problems(_ shapes: [FeatureShape]) -> [OperationProblem] {
    operations.map { $0.problem(shapes) }
  }

  /// The same with the operations' places in the network, equal problems merged.
  package func namedProblems(_ shapes: [FeatureShape]) -> [NamedProblem] {
    NamedProblem.list(of: operations.map { ($0.name, $0.problem(shapes)) })
  }
}

/// A node that becomes the epilogue of the node before it.
private struct Follower {
  let epilogue: Epilogue
  let second: Int?
  let output: Int

  /// Nil where `next` is no epilogue that `node`'s kernels can have, or where both read a second value.
  init?<Scalar>(_ next: Node<Scalar>, of node: Node<Scalar>) {
    guard let epilogue = next.operation.asEpilogue, node.operation.allows(epilogue),
      next.inputs.contains(node.output)
    else { return nil }
    let others = next.inputs.filter { $0 != node.output }
    // An operation that reads a second value itself has no place for another.
    guard others.count <= (node.inputs.count > 1 ? 0 : 1) else { return nil }
    self.epilogue = epilogue
    second = others.first
    output = next.output
  }
}

// MARK: - Fusion

extension Lowering {
  /// The operations from `index` on that `rule` takes together; nil where the rule does not match,
  /// or where another operation reads a value between them.
  func chain(at index: Int, by rule: FusionRule) -> Range<Int>? {
    let count = rule.pattern.count
    guard index + count <= operations.count,
      rule.matches(operations[index..<index + count].map(\.operation))
    else { return nil }
    let chain = index..<index + count
    return isChain(chain) ? chain : nil
  }

  /// Whether each operation of `group` reads the one before, and no operation outside `group` reads the values
  /// between them.
  private func isChain(_ group: Range<Int>) -> Bool {
    group.dropLast().allSatisfy { index in
      let value = operations[index].output
      return operations[index + 1].input == value && !results.contains(value)
        && group.contains(lastReads[value])
    }
  }

  /// Cuts the operations into groups that run as one step.
  ///
  /// - Parameter isFused: whether a chain that a rule takes together is one step; asked in the order of the
  ///   rules.
  func groups(_ isFused: (Range<Int>, FusionRule) -> Bool) -> [Range<Int>] {
    var groups: [Range<Int>] = []
    var index = 0
    while index < operations.count {
      let group = fusedChain(at: index, isFused) ?? index..<index + 1
      groups.append(group)
      index = group.upperBound
    }
    return groups
  }

  private func fusedChain(
    at index: Int, _ isFused: (Range<Int>, FusionRule) -> Bool
  ) -> Range<Int>? {
    for rule in FusionRule.allCases {
      if let chain = chain(at: index, by: rule), isFused(chain, rule) { return chain }
    }
    return nil
  }
}
