import KernelCatalog
import KernelContract
import Network
import Scheduler
import Synchronization

/// A graph made ready to run on one instruction set: kernels chosen, weights packed.
///
/// Every choice gives the same bits, so a plan decides only how fast they come.
package struct Plan: Sendable {
  /// The network without its weights, which the operations hold packed.
  package let graph: Graph<Float>
  let operations: [PlannedOperation]

  /// The operations that run as one step, in order.
  let groups: [Range<Int>]

  /// The last operation that reads each value; its maker where nobody does.
  let lastReads: [Int]

  /// Plans the network of `weights` for `instructionSet`, which this machine must have.
  ///
  /// - Parameters:
  ///   - rules: what may be fused; every choice gives the same bits.
  ///   - team: folds and packs, an operation a tile.
  /// - Throws: what folding throws; of several errors the one of the first node.
  package init(
    _ weights: FoldedWeights<Float>, for instructionSet: InstructionSet,
    fusing rules: Set<FusionRule> = FusionRule.standard, team: Team = Team()
  ) throws(NetworkError) {
    precondition(KernelCatalog.isAvailable(instructionSet))
    graph = weights.outline
    let size = Architecture.defaultInputSize
    let shapes = graph.shapes(height: size, width: size)
    let lowered = Lowering(graph).operations
    let choices = lowered.map { operation in
      ChosenKernels(
        for: operation.kind, input: shapes[operation.input], output: shapes[operation.output],
        on: instructionSet)
    }
    let buffers = Self.operandBuffers(choices.map(\.operandElements))
    operations = try Self.map(Array(lowered.indices), on: team) { index throws(NetworkError) in
      let operation = lowered[index]
      return PlannedOperation(
        name: operation.name,
        work: try PlannedOperation.Work(
          choices[index], weights, node: operation.node, into: buffers[index]),
        input: operation.input, second: operation.second, output: operation.output)
    }
    var lastReads = [Int](repeating: 0, count: shapes.count)
    for (step, operation) in operations.enumerated() {
      lastReads[operation.output] = step
      lastReads[operation.input] = step
      if let second = operation.second { lastReads[second] = step }
    }
    self.lastReads = lastReads
    groups = Self.groups(
      of: operations, lastReads: lastReads,
      results: Set(graph.stageOutputs + [graph.embedding, graph.logits]), fusing: rules)
  }

  /// One piece of memory cut into buffers of `counts` values, in the order in which they are read: behind
  /// a layer's last weights, which kernels fetch ahead, lie the next one's first.
  private static func operandBuffers(_ counts: [Int]) -> [AlignedBuffer] {
    let sizes = counts.map(ActivationLayout.paddedChannels)
    let all = AlignedBuffer(count: sizes.reduce(0, +))
    var start = 0
    return zip(counts, sizes).map { count, size in
      defer { start += size }
      return AlignedBuffer(start..<start + count, of: all)
    }
  }

  /// What `transform` makes of each element, shared out among `team`; of its errors the one of the first
  /// element, whoever came first.
  private static func map<Element: Sendable, Result: Sendable, Failure>(
    _ elements: [Element], on team: Team,
    _ transform: @Sendable (Element) throws(Failure) -> Result
  ) throws(Failure) -> [Result] {
    let results = Mutex([Swift.Result<Result, Failure>?](repeating: nil, count: elements.count))
    team.forEachTile(count: elements.count) { index in
      let result = Swift.Result { () throws(Failure) in try transform(elements[index]) }
      results.withLock { $0[index] = result }
    }
    var made: [Result] = []
    for result in results.withLock({ $0 }) {
      guard let result else { preconditionFailure("a team runs every tile") }
      made.append(try result.get())
    }
    return made
  }
}
