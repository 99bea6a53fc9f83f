/// A tensor that a checkpoint of a known variant and form holds.
package struct Parameter: Sendable, Hashable {
  /// The name in the checkpoint, without prefixes such as `module.`.
  package let name: String

  /// The shape; convolutions are `[outputs, inputs per group, height, width]`.
  package let shape: [Int]

  /// Whether the network's output depends on the tensor. A batch norm's `num_batches_tracked` may be
  /// absent.
  package let isRequired: Bool

  package var elementCount: Int { shape.reduce(1, *) }

  /// The places of the elements of `rows`, which count along the first dimension, in row-major order.
  func elements(ofRows rows: Range<Int>) -> Range<Int> {
    let size = shape.dropFirst().reduce(1, *)
    return rows.lowerBound * size..<rows.upperBound * size
  }

  /// The shape of a matrix, `[outputs, inputs]` or `[outputs, inputs, 1, 1]`, as a 1×1 convolution's.
  var matrixShape: [Int] { [shape[0], shape[1], 1, 1] }
}

/// The tensors of a batch normalisation over `weight.shape[0]` channels.
package struct BatchNormParameters: Sendable, Hashable {
  package let weight: Parameter
  package let bias: Parameter
  package let runningMean: Parameter
  package let runningVariance: Parameter
  package let batchesTracked: Parameter
}

/// A weight with a bias: a fused convolution or a linear layer.
package struct AffineParameters: Sendable, Hashable {
  package let weight: Parameter
  package let bias: Parameter
}

/// One training-time branch of a reparameterised convolution.
package enum BranchParameters: Sendable, Hashable {
  /// A convolution without bias, then its batch norm.
  case convolution(weight: Parameter, norm: BatchNormParameters)
  /// Only a batch norm.
  case identity(norm: BatchNormParameters)
}

/// The tensors that one convolution of the inference network is made from.
package struct ConvolutionParameters: Sendable, Hashable {
  /// The convolution's place: timm's module path.
  package let path: String

  /// The folded weight's shape, `[outputs, inputs per group, kernel, kernel]`.
  package let shape: [Int]

  package let origin: Origin

  /// How the weights are written in the checkpoint.
  package enum Origin: Sendable, Hashable {
    /// One convolution.
    case fused(AffineParameters)
    /// MobileOne and the large-kernel convolution: the sum of the branches.
    case branches([BranchParameters])
    /// RepMixer: x + scale · (mixer(x) − norm(x)).
    case repMixer(mixer: [BranchParameters], norm: BatchNormParameters, scale: Parameter)
    /// The conditional positional encoding: x + convolution(x).
    case residual(AffineParameters)
    /// The feed-forward block's convolution and the batch norm after it.
    case normalised(weight: Parameter, norm: BatchNormParameters)
  }
}
