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

  /// The last operation that reads each value; its maker where nobody does.
  let lastReads: [Int]

  /// Plans `graph`, which must hold weights, for `instructionSet`, which this machine must have.
  package init(_ graph: Graph<Float>, for instructionSet: InstructionSet) {
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
      self = .stem(
        PackedStem(
          weights: weights.weights.span, bias: weights.bias.span,
          runs: KernelCatalog.stemRuns(
            outputs: weights.outputChannels, epilogue: epilogue, on: instructionSet)))
    case .depthwise(let weights, let multiplier, let epilogue):
      self = .depthwise(
        PackedDepthwise(
          weights: weights.weights.span, bias: weights.bias.span,
          kernel: KernelCatalog.depthwise(
            weights.geometry, multiplier: multiplier, outputWidth: output.width,
            epilogue: epilogue, on: instructionSet)))
    case .pointwise(let weights, let epilogue):
      self = .pointwise(
        PackedPointwise(
          weights: weights.weights.span, bias: weights.bias.span, depth: weights.inputChannels,
          runs: KernelCatalog.pointwiseRuns(
            outputs: weights.outputChannels, rows: output.pixels, epilogue: epilogue,
            on: instructionSet)))
    case .attention:
      self = .attention(KernelCatalog.attention(tokens: input.pixels, on: instructionSet))
    case .globalAveragePool:
      self = .pooling(KernelCatalog.pooling(on: instructionSet))
    case .scaleChannels(let activation):
      self = .scaling(KernelCatalog.scaling(activation: activation, on: instructionSet))
    }
  }
}
