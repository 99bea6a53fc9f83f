/// The folds that turn training-time tensors into the inference network, all in `Double`.
///
/// Rules: FastViT paper (Vasu et al., ICCV 2023) section 3.2; `apple/ml-fastvit:models/modules`,
/// the functions `_fuse_bn_tensor` and `reparameterize`. Folds beyond theirs are exact because no
/// padding lies between the parts.
///
/// No output channel depends on another's tensors, so any range of them can be folded alone: `outputs`,
/// or all of them where it is nil.
extension ParameterSource {
  /// The one convolution behind `parameters`.
  package func folded(
    _ parameters: ConvolutionParameters, outputs: Range<Int>? = nil
  ) throws(NetworkError) -> FoldedConvolution {
    let shape = parameters.shape
    let outputs = outputs ?? 0..<shape[0]
    switch parameters.origin {
    case .fused(let affine):
      return try plain(affine, shape: shape, outputs: outputs)
    case .branches(let branches):
      return try sum(of: branches, shape: shape, outputs: outputs)
    case .repMixer(let mixer, let norm, let scale):
      let identity = FoldedConvolution.identity(shape: shape, outputs: outputs)
      let difference =
        try sum(of: mixer, shape: shape, outputs: outputs)
        - identity.followed(by: batchNorm(norm, channels: outputs))
      return try identity + difference.scaled(by: values(of: scale, rows: outputs))
    case .residual(let affine):
      return try .identity(shape: shape, outputs: outputs)
        + plain(affine, shape: shape, outputs: outputs)
    case .normalised(let weight, let norm):
      return try convolution(weight, shape: shape, outputs: outputs)
        .followed(by: batchNorm(norm, channels: outputs))
    }
  }

  /// A weight with bias as it is; linear weights count as 1×1 convolutions.
  package func plain(
    _ affine: AffineParameters, shape: [Int]? = nil, outputs: Range<Int>? = nil
  ) throws(NetworkError) -> FoldedConvolution {
    let shape = shape ?? affine.weight.matrixShape
    let outputs = outputs ?? 0..<shape[0]
    return try FoldedConvolution(
      shape: [outputs.count] + shape.dropFirst(),
      weights: values(of: affine.weight, rows: outputs),
      bias: values(of: affine.bias, rows: outputs))
  }

  /// A weight with bias, times a layer scale.
  package func scaled(
    _ affine: AffineParameters, by layerScale: Parameter, outputs: Range<Int>? = nil
  ) throws(NetworkError) -> FoldedConvolution {
    let outputs = outputs ?? 0..<affine.weight.shape[0]
    return try plain(affine, outputs: outputs)
      .scaled(by: values(of: layerScale, rows: outputs))
  }

  /// Queries, keys and values with the norm in front and the query scale folded in; gains a bias.
  ///
  /// For y = W · (s ∘ x + t): the weight becomes W · diag(s) and the bias W · t; then the rows of the
  /// queries are multiplied by headDimension^−½.
  package func queryKeyValue(
    _ attention: AttentionParameters, outputs: Range<Int>? = nil
  ) throws(NetworkError) -> FoldedConvolution {
    let norm = try batchNorm(attention.norm)
    let channels = norm.scale.count
    let outputs = outputs ?? 0..<3 * channels
    var weights = try values(of: attention.queryKeyValue, rows: outputs)
    let queryScale = 1 / Double(Architecture.headDimension).squareRoot()
    var bias = [Double](repeating: 0, count: outputs.count)
    for (row, output) in outputs.enumerated() {
      let factor = output < channels ? queryScale : 1
      var shift = 0.0
      for input in 0..<channels {
        let weight = weights[row * channels + input]
        shift += weight * norm.shift[input]
        weights[row * channels + input] = weight * norm.scale[input] * factor
      }
      bias[row] = shift * factor
    }
    return FoldedConvolution(
      shape: [outputs.count, channels, 1, 1], weights: weights, bias: bias)
  }

  private func sum(
    of branches: [BranchParameters], shape: [Int], outputs: Range<Int>
  ) throws(NetworkError) -> FoldedConvolution {
    let shape = [outputs.count] + shape.dropFirst()
    var total = FoldedConvolution(
      shape: shape, weights: [Double](repeating: 0, count: shape.reduce(1, *)))
    for branch in branches {
      total = try total + folded(branch, shape: shape, outputs: outputs)
    }
    return total
  }

  private func folded(
    _ branch: BranchParameters, shape: [Int], outputs: Range<Int>
  ) throws(NetworkError) -> FoldedConvolution {
    switch branch {
    case .convolution(let weight, let norm):
      try convolution(weight, shape: weight.shape, outputs: outputs)
        .followed(by: batchNorm(norm, channels: outputs))
    case .identity(let norm):
      try FoldedConvolution.identity(shape: shape, outputs: outputs)
        .followed(by: batchNorm(norm, channels: outputs))
    }
  }

  private func convolution(
    _ weight: Parameter, shape: [Int], outputs: Range<Int>
  ) throws(NetworkError) -> FoldedConvolution {
    try FoldedConvolution(
      shape: [outputs.count] + shape.dropFirst(), weights: values(of: weight, rows: outputs))
  }
}
