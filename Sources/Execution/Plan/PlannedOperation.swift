import KernelCatalog
import KernelContract

/// A step with its kernels chosen and its weights packed.
struct PlannedOperation: Sendable {
  /// The place in the network.
  let name: String
  let work: Work

  /// The number of the value it reads.
  let input: Int

  /// The number of a second value: a residual, or factors of channels.
  let second: Int?

  /// The number of the value it makes.
  let output: Int

  /// The kernels and their operands.
  enum Work: Sendable {
    case stem(PackedStem)
    case depthwise(PackedDepthwise)
    case pointwise(PackedPointwise)
    case attention(AttentionKernel)
    case pooling(PoolingKernel)
    case scaling(ScalingKernel)
  }
}

extension PlannedOperation.Work {
  /// Values of packed weights and biases.
  var weightElements: Int {
    switch self {
    case .stem(let packed): packed.operandElements
    case .depthwise(let packed): packed.operandElements
    case .pointwise(let packed): packed.operandElements
    case .attention, .pooling, .scaling: 0
    }
  }
}
