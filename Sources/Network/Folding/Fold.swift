/// How the weights of one operation are made from a checkpoint's tensors.
enum Fold: Sendable {
  /// One convolution, from branches, norms and scales.
  case convolution(ConvolutionParameters)

  /// A weight with its bias, unchanged.
  case plain(AffineParameters)

  /// A weight with its bias, times a layer scale.
  case scaled(AffineParameters, by: Parameter)

  /// Queries, keys and values with the norm before them.
  case queryKeyValue(AttentionParameters)

  /// The folded weight's shape, `[outputs, inputs per group, kernel, kernel]`.
  var shape: [Int] {
    switch self {
    case .convolution(let parameters): parameters.shape
    case .plain(let affine), .scaled(let affine, _): affine.weight.matrixShape
    case .queryKeyValue(let attention): attention.queryKeyValue.matrixShape
    }
  }

  /// The weight with its bias, where the fold changes nothing or only scales each output channel; nil
  /// where the fold computes more.
  var affine: (parameters: AffineParameters, scale: Parameter?)? {
    switch self {
    case .plain(let affine): (affine, nil)
    case .scaled(let affine, let scale): (affine, scale)
    case .convolution(let parameters):
      if case .fused(let affine) = parameters.origin { (affine, nil) } else { nil }
    case .queryKeyValue: nil
    }
  }
}

extension ParameterSource {
  /// A function that makes any output channels of `fold`. What all of these share is computed here, once.
  func folding(
    _ fold: Fold
  ) throws(NetworkError) -> (_ outputs: Range<Int>) throws(NetworkError) -> FoldedConvolution {
    switch fold {
    case .convolution(let parameters):
      return { outputs throws(NetworkError) in try folded(parameters, outputs: outputs) }
    case .plain(let affine):
      return { outputs throws(NetworkError) in try plain(affine, outputs: outputs) }
    case .scaled(let affine, let scale):
      return { outputs throws(NetworkError) in try scaled(affine, by: scale, outputs: outputs) }
    case .queryKeyValue(let attention):
      let norm = try batchNorm(attention.norm)
      return { outputs throws(NetworkError) in
        try queryKeyValue(attention, after: norm, outputs: outputs)
      }
    }
  }
}
