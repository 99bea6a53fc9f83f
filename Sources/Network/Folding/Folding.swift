/// The folds that turn training-time tensors into the inference network, all in `Double`.
///
/// Rules: FastViT paper (Vasu et al., ICCV 2023) section 3.2; `apple/ml-fastvit:models/modules`,
/// the functions `_fuse_bn_tensor` and `reparameterize`. Folds beyond theirs are exact because no
/// padding lies between the parts.
extension ParameterSource {
  /// The one convolution behind `parameters`.
  package func folded(_ parameters: ConvolutionParameters) throws(NetworkError) -> FoldedConvolution
  {
    let shape = parameters.shape
    switch parameters.origin {
    case .fused(let affine):
      return try plain(affine, shape: shape)
    case .branches(let branches):
      return try sum(of: branches, shape: shape)
    case .repMixer(let mixer, let norm, let scale):
      let difference =
        try sum(of: mixer, shape: shape) - batchNorm(norm).convolution(shape: shape)
      return try .identity(shape: shape) + difference.scaled(by: values(of: scale))
    case .residual(let affine):
      return try .identity(shape: shape) + plain(affine, shape: shape)
    case .normalised(let weight, let norm):
      return try FoldedConvolution(shape: shape, weights: values(of: weight))
        .followed(by: batchNorm(norm))
    }
  }

  /// A weight with bias as it is; linear weights count as 1×1 convolutions.
  package func plain(
    _ affine: AffineParameters, shape: [Int]? = nil
  ) throws(NetworkError) -> FoldedConvolution {
    let shape = shape ?? Array(affine.weight.shape.prefix(2)) + [1, 1]
    return try FoldedConvolution(
      shape: shape, weights: values(of: affine.weight), bias: values(of: affine.bias))
  }

  /// A weight with bias, times a layer scale.
  package func scaled(
    _ affine: AffineParameters, by layerScale: Parameter
  ) throws(NetworkError) -> FoldedConvolution {
    try plain(affine).scaled(by: values(of: layerScale))
  }

  /// Queries, keys and values with the norm in front and the query scale folded in; gains a bias.
  ///
  /// For y = W · (s ∘ x + t): the weight becomes W · diag(s) and the bias W · t; then the rows of the
  /// queries are multiplied by headDimension^−½.
  package func queryKeyValue(
    _ attention: AttentionParameters
  ) throws(NetworkError) -> FoldedConvolution {
    let norm = try batchNorm(attention.norm)
    var weights = try values(of: attention.queryKeyValue)
    let channels = norm.scale.count
    let queryScale = 1 / Double(Architecture.headDimension).squareRoot()
    var bias = [Double](repeating: 0, count: 3 * channels)
    for output in 0..<3 * channels {
      let factor = output < channels ? queryScale : 1
      var shift = 0.0
      for input in 0..<channels {
        let weight = weights[output * channels + input]
        shift += weight * norm.shift[input]
        weights[output * channels + input] = weight * norm.scale[input] * factor
      }
      bias[output] = shift * factor
    }
    return FoldedConvolution(shape: [3 * channels, channels, 1, 1], weights: weights, bias: bias)
  }

  private func sum(
    of branches: [BranchParameters], shape: [Int]
  ) throws(NetworkError) -> FoldedConvolution {
    var total = FoldedConvolution(
      shape: shape, weights: [Double](repeating: 0, count: shape.reduce(1, *)))
    for branch in branches { total = try total + folded(branch, shape: shape) }
    return total
  }

  private func folded(
    _ branch: BranchParameters, shape: [Int]
  ) throws(NetworkError) -> FoldedConvolution {
    switch branch {
    case .convolution(let weight, let norm):
      try FoldedConvolution(shape: weight.shape, weights: values(of: weight))
        .followed(by: batchNorm(norm))
    case .identity(let norm):
      try batchNorm(norm).convolution(shape: shape)
    }
  }
}
