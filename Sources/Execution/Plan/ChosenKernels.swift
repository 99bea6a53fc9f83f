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

  /// Chooses by the catalogue's rules. The shapes only guide the choice; any size runs.
  init(for problem: OperationProblem, on instructionSet: InstructionSet) {
    let output = problem.output
    switch problem.operation {
    case .convolution(_, let outputs, _):
      let kernel = KernelCatalog.stem(
        outputs: outputs, epilogue: problem.epilogue, on: instructionSet)
      self = .stem(Self.required(kernel, "stem", instructionSet), outputs: outputs)
    case .depthwise(let geometry, let multiplier):
      let kernel = KernelCatalog.depthwise(
        geometry, multiplier: multiplier, columns: output.width, rows: output.height,
        epilogue: problem.epilogue, on: instructionSet)
      self = .depthwise(
        Self.required(kernel, "depthwise", instructionSet), outputs: output.channels)
    case .pointwise(let outputs):
      let runs = KernelCatalog.pointwiseRuns(
        outputs: outputs, rows: output.pixels, epilogue: problem.epilogue, on: instructionSet)
      self = .pointwise(runs, outputs: outputs, depth: problem.input.channels)
    case .attention(let headDimension):
      let kernel = KernelCatalog.attention(
        headDimension: headDimension, tokens: problem.input.pixels, on: instructionSet)
      self = .attention(Self.required(kernel, "attention", instructionSet))
    case .globalAveragePool:
      let kernel = KernelCatalog.pooling(on: instructionSet)
      self = .pooling(Self.required(kernel, "pooling", instructionSet))
    case .scaleChannels:
      let kernel = KernelCatalog.scaling(
        activation: problem.epilogue == .gelu ? .gelu : nil, on: instructionSet)
      self = .scaling(Self.required(kernel, "scaling", instructionSet))
    case .activation, .add, .fromPlanar, .toPlanar:
      preconditionFailure("\(problem) is no operation of a plan")
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
  /// Packs an operation's weights for the chosen kernels.
  ///
  /// - Parameter buffer: where to, `choice.operandElements` zeros; memory of its own if nil.
  /// - Throws: what folding throws.
  init(
    _ choice: ChosenKernels, _ weights: some OperationWeights, into buffer: AlignedBuffer?
  ) throws(NetworkError) {
    switch choice {
    case .stem(let kernel, _):
      let (values, bias) = try weights.all()
      self = .stem(
        PackedStem(weights: values.span, bias: bias.span, kernel: kernel, into: buffer))
    case .depthwise(let kernel, _):
      let (values, bias) = try weights.all()
      self = .depthwise(
        PackedDepthwise(weights: values.span, bias: bias.span, kernel: kernel, into: buffer))
    case .pointwise(let runs, let outputs, let depth):
      let packed = try PackedPointwise(
        outputs: outputs, depth: depth, runs: runs, into: buffer
      ) { pack throws(NetworkError) in
        try weights.forEachBlock { pack($0, $1.span, $2.span) }
      }
      self = .pointwise(packed)
    case .attention(let kernel): self = .attention(kernel)
    case .pooling(let kernel): self = .pooling(kernel)
    case .scaling(let kernel): self = .scaling(kernel)
    }
  }

  /// The same weights, not copied, for other kernels; nil where these want them in another order.
  func with(_ choice: ChosenKernels) -> Self? {
    switch (self, choice) {
    case (.stem(let packed), .stem(let kernel, _)): packed.with(kernel).map { .stem($0) }
    case (.depthwise(let packed), .depthwise(let kernel, _)):
      packed.with(kernel).map { .depthwise($0) }
    case (.pointwise(let packed), .pointwise(let runs, _, _)):
      packed.with(runs).map { .pointwise($0) }
    case (.attention, .attention(let kernel)): .attention(kernel)
    case (.pooling, .pooling(let kernel)): .pooling(kernel)
    case (.scaling, .scaling(let kernel)): .scaling(kernel)
    default: nil
    }
  }
}
