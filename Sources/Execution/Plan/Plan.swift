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
    fusing rules: Set<FusionRule> = Set(FusionRule.allCases), team: Team = Team()
  ) throws(NetworkError) {
    precondition(KernelCatalog.isAvailable(instructionSet))
    graph = weights.outline
    let size = Architecture.defaultInputSize
    let shapes = graph.shapes(height: size, width: size)
    let lowered = Lowering(graph).operations
    operations = try Self.map(lowered, on: team) { operation throws(NetworkError) in
      PlannedOperation(
        name: operation.name,
        work: try PlannedOperation.Work(
          operation, weights, input: shapes[operation.input], output: shapes[operation.output],
          on: instructionSet),
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

extension PlannedOperation.Work {
  /// Chooses kernels, folds weights and packs them. The shapes, those at the default input size, only
  /// guide the choice; any size runs.
  fileprivate init(
    _ operation: LoweredOperation, _ folded: FoldedWeights<Float>, input: FeatureShape,
    output: FeatureShape, on instructionSet: InstructionSet
  ) throws(NetworkError) {
    switch operation.kind {
    case .stem(_, let epilogue):
      let weights = try folded.weights(ofNode: operation.node)
      let kernel = KernelCatalog.stem(
        outputs: weights.outputChannels, epilogue: epilogue, on: instructionSet)
      self = .stem(
        PackedStem(
          weights: weights.weights.span, bias: weights.bias.span,
          kernel: Self.required(kernel, "stem", instructionSet)))
    case .depthwise(_, let multiplier, let epilogue):
      let weights = try folded.weights(ofNode: operation.node)
      let kernel = KernelCatalog.depthwise(
        weights.geometry, multiplier: multiplier, columns: output.width, rows: output.height,
        epilogue: epilogue, on: instructionSet)
      self = .depthwise(
        PackedDepthwise(
          weights: weights.weights.span, bias: weights.bias.span,
          kernel: Self.required(kernel, "depthwise", instructionSet)))
    case .pointwise(let weights, let epilogue):
      let packed = try PackedPointwise(
        outputs: weights.outputChannels, depth: weights.inputChannels,
        runs: KernelCatalog.pointwiseRuns(
          outputs: weights.outputChannels, rows: output.pixels, epilogue: epilogue,
          on: instructionSet)
      ) { pack throws(NetworkError) in
        try folded.forEachBlock(ofNode: operation.node) { pack($0, $1.span, $2.span) }
      }
      self = .pointwise(packed)
    case .attention:
      self = .attention(
        Self.required(
          KernelCatalog.attention(tokens: input.pixels, on: instructionSet), "attention",
          instructionSet))
    case .globalAveragePool:
      self = .pooling(
        Self.required(KernelCatalog.pooling(on: instructionSet), "pooling", instructionSet))
    case .scaleChannels(let activation):
      self = .scaling(
        Self.required(
          KernelCatalog.scaling(activation: activation, on: instructionSet), "scaling",
          instructionSet))
    }
  }

  /// The generator emits every family for every instruction set.
  private static func required<K>(
    _ kernel: K?, _ family: String, _ instructionSet: InstructionSet
  ) -> K {
    guard let kernel else { preconditionFailure("no \(family) kernel of \(instructionSet)") }
    return kernel
  }
}
