/// How the weights of one operation are made of a checkpoint's tensors.
enum Fold: Sendable {
  /// One convolution out of branches, norms and scales.
  case convolution(ConvolutionParameters)

  /// A weight with bias as it is.
  case plain(AffineParameters)

  /// A weight with bias, times a layer scale.
  case scaled(AffineParameters, by: Parameter)

  /// Queries, keys and values with the norm in front of them.
  case queryKeyValue(AttentionParameters)

  /// The folded weight's shape, `[outputs, inputs a group, kernel, kernel]`.
  var shape: [Int] {
    switch self {
    case .convolution(let parameters): parameters.shape
    case .plain(let affine), .scaled(let affine, _): affine.weight.matrixShape
    case .queryKeyValue(let attention): attention.queryKeyValue.matrixShape
    }
  }

  /// The weight with bias that is as it is or only scaled, output by output; nil where more is computed.
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
  /// What makes any output channels of `fold`, once what they share is made.
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
        try queryKeyValue(attention, behind: norm, outputs: outputs)
      }
    }
  }
}
