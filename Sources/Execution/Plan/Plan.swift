import KernelCatalog
import KernelContract
import Network

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

  /// Plans `graph`, which must hold weights, for `instructionSet`, which this machine must have.
  ///
  /// - Parameter rules: what may be fused; every choice gives the same bits.
  package init(
    _ graph: Graph<Float>, for instructionSet: InstructionSet,
    fusing rules: Set<FusionRule> = FusionRule.standard
  ) {
    precondition(KernelCatalog.isAvailable(instructionSet))
    self.graph = graph.outline
    let size = Architecture.defaultInputSize
    let shapes = graph.shapes(height: size, width: size)
    operations = Lowering(graph).operations.map { operation in
      PlannedOperation(
        name: operation.name,
        work: PlannedOperation.Work(
          operation.kind, input: shapes[operation.input], output: shapes[operation.output],
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
}

extension PlannedOperation.Work {
  /// Chooses kernels and packs weights. The shapes, those at the default input size, only guide the
  /// choice; any size runs.
  fileprivate init(
    _ kind: LoweredOperation.Kind, input: FeatureShape, output: FeatureShape,
    on instructionSet: InstructionSet
  ) {
    switch kind {
    case .stem(let weights, let epilogue):
      let kernel = KernelCatalog.stem(
        outputs: weights.outputChannels, epilogue: epilogue, on: instructionSet)
      self = .stem(
        PackedStem(
          weights: weights.weights.span, bias: weights.bias.span,
          kernel: Self.required(kernel, "stem", instructionSet)))
    case .depthwise(let weights, let multiplier, let epilogue):
      let kernel = KernelCatalog.depthwise(
        weights.geometry, multiplier: multiplier, columns: output.width, rows: output.height,
        epilogue: epilogue, on: instructionSet)
      self = .depthwise(
        PackedDepthwise(
          weights: weights.weights.span, bias: weights.bias.span,
          kernel: Self.required(kernel, "depthwise", instructionSet)))
    case .pointwise(let weights, let epilogue):
      self = .pointwise(
        PackedPointwise(
          weights: weights.weights.span, bias: weights.bias.span, depth: weights.inputChannels,
          runs: KernelCatalog.pointwiseRuns(
            outputs: weights.outputChannels, rows: output.pixels, epilogue: epilogue,
            on: instructionSet)))
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
