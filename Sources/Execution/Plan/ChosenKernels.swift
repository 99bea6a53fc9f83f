import KernelCatalog
import KernelContract
import Network

/// The kernels of one operation, before its weights are packed for them.
enum ChosenKernels: Sendable {
  case stem(StemKernel, outputs: Int)
  case depthwise(DepthwiseKernel, outputs: Int)
  case pointwise([PointwiseRun], outputs: Int, depth: Int)
  case attention(AttentionKernel)
  case pooling(PoolingKernel)
  case scaling(ScalingKernel)

  /// Chooses by the catalogue's rules. The shapes, those at the default input size, only guide the
  /// choice; any size runs.
  init(
    for kind: LoweredOperation.Kind, input: FeatureShape, output: FeatureShape,
    on instructionSet: InstructionSet
  ) {
    switch kind {
    case .stem(_, let epilogue):
      let kernel = KernelCatalog.stem(
        outputs: output.channels, epilogue: epilogue, on: instructionSet)
      self = .stem(
        Self.required(kernel, "stem", instructionSet), outputs: output.channels)
    case .depthwise(let weights, let multiplier, let epilogue):
      let kernel = KernelCatalog.depthwise(
        weights.geometry, multiplier: multiplier, columns: output.width, rows: output.height,
        epilogue: epilogue, on: instructionSet)
      self = .depthwise(
        Self.required(kernel, "depthwise", instructionSet), outputs: output.channels)
    case .pointwise(_, let epilogue):
      let runs = KernelCatalog.pointwiseRuns(
        outputs: output.channels, rows: output.pixels, epilogue: epilogue, on: instructionSet)
      self = .pointwise(runs, outputs: output.channels, depth: input.channels)
    case .attention:
      let kernel = KernelCatalog.attention(tokens: input.pixels, on: instructionSet)
      self = .attention(Self.required(kernel, "attention", instructionSet))
    case .globalAveragePool:
      let kernel = KernelCatalog.pooling(on: instructionSet)
      self = .pooling(Self.required(kernel, "pooling", instructionSet))
    case .scaleChannels(let activation):
      let kernel = KernelCatalog.scaling(activation: activation, on: instructionSet)
      self = .scaling(Self.required(kernel, "scaling", instructionSet))
    }
  }

  /// The generator emits every family for every instruction set.
  private static func required<K>(
    _ kernel: K?, _ family: String, _ instructionSet: InstructionSet
  ) -> K {
    guard let kernel else { preconditionFailure("no \(family) kernel of \(instructionSet)") }
    return kernel
  }

  /// Values of the packed weights and biases.
  var operandElements: Int {
    switch self {
    case .stem(_, let outputs): PackedStem.operandElements(outputs: outputs)
    case .depthwise(let kernel, let outputs):
      PackedDepthwise.operandElements(outputs: outputs, kernel)
    case .pointwise(let runs, _, let depth):
      PackedPointwise.operandElements(depth: depth, runs: runs)
    case .attention, .pooling, .scaling: 0
    }
  }
}

extension PlannedOperation.Work {
  /// Folds the weights of a node and packs them for the chosen kernels.
  ///
  /// - Parameter buffer: where to, `choice.operandElements` zeros.
  /// - Throws: what folding throws.
  init(
    _ choice: ChosenKernels, _ folded: FoldedWeights<Float>, node: Int, into buffer: AlignedBuffer
  ) throws(NetworkError) {
    switch choice {
    case .stem(let kernel, _):
      let weights = try folded.weights(ofNode: node)
      self = .stem(
        PackedStem(
          weights: weights.weights.span, bias: weights.bias.span, kernel: kernel, into: buffer))
    case .depthwise(let kernel, _):
      let weights = try folded.weights(ofNode: node)
      self = .depthwise(
        PackedDepthwise(
          weights: weights.weights.span, bias: weights.bias.span, kernel: kernel, into: buffer))
    case .pointwise(let runs, let outputs, let depth):
      let packed = try PackedPointwise(
        outputs: outputs, depth: depth, runs: runs, into: buffer
      ) { pack throws(NetworkError) in
        try folded.forEachBlock(ofNode: node) { pack($0, $1.span, $2.span) }
      }
      self = .pointwise(packed)
    case .attention(let kernel): self = .attention(kernel)
    case .pooling(let kernel): self = .pooling(kernel)
    case .scaling(let kernel): self = .scaling(kernel)
    }
  }
}
