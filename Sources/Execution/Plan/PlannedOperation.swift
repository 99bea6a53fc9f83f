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

  /// The kernels and where their operands lie in the weight arena.
  enum Work: Sendable {
    case stem([Panels<StemKernel>])
    case depthwise(DepthwiseKernel, weights: Int, bias: Int)
    case pointwise([Panels<PointwiseKernel>], depth: Int)
    case attention(AttentionKernel)
    case pooling(PoolingKernel)
    case scaling(ScalingKernel)
  }

  /// Panels of equal width, computed by one kernel.
  struct Panels<K: Kernel>: Sendable {
    let kernel: K
    let count: Int

    /// Output channels of a panel.
    let width: Int

    /// The first output channel.
    let firstChannel: Int

    /// Where weights and biases lie in the arena, and values from one panel to the next.
    let weights: Int
    let weightStride: Int
    let bias: Int

    /// Some of these panels.
    func slice(_ range: Range<Int>) -> Panels {
      Panels(
        kernel: kernel, count: range.count, width: width,
        firstChannel: firstChannel + range.lowerBound * width,
        weights: weights + range.lowerBound * weightStride, weightStride: weightStride,
        bias: bias + range.lowerBound * width)
    }
  }
}
