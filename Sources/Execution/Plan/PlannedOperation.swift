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

  /// Scratch memory for an input of `shape`, in values: every head of attention has its own.
  func scratchElements(_ shape: FeatureShape) -> Int {
    guard case .attention(let kernel) = work else { return 0 }
    let heads = shape.channels / 3 / kernel.headDimension
    return heads * ArenaLayout.aligned(kernel.scratchElements(tokens: shape.pixels))
  }
}
