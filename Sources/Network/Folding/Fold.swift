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
}

extension ParameterSource {
  /// The output channels `outputs` of what `fold` makes.
  func folded(_ fold: Fold, outputs: Range<Int>) throws(NetworkError) -> FoldedConvolution {
    switch fold {
    case .convolution(let parameters): try folded(parameters, outputs: outputs)
    case .plain(let affine): try plain(affine, outputs: outputs)
    case .scaled(let affine, let scale): try scaled(affine, by: scale, outputs: outputs)
    case .queryKeyValue(let attention): try queryKeyValue(attention, outputs: outputs)
    }
  }
}
