/// The folds that turn training-time tensors into the inference network, all computed in `Double`.
///
/// Rules: FastViT paper (Vasu et al., ICCV 2023) section 3.2; `apple/ml-fastvit:models/modules`,
/// the functions `_fuse_bn_tensor` and `reparameterize`. Folds beyond theirs are exact because no
/// padding lies between the parts.
///
/// No output channel depends on another one's rows of the tensors, so any range of output channels can
/// be folded alone: `outputs`, or all channels where that is nil.
extension ParameterSource {
  /// The one convolution that `parameters` fold to.
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

  /// A weight with its bias, unchanged; linear weights count as 1×1 convolutions.
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

  /// A weight with its bias, times a layer scale.
  package func scaled(
    _ affine: AffineParameters, by layerScale: Parameter, outputs: Range<Int>? = nil
  ) throws(NetworkError) -> FoldedConvolution {
    let outputs = outputs ?? 0..<affine.weight.shape[0]
    return try plain(affine, outputs: outputs)
      .scaled(by: values(of: layerScale, rows: outputs))
  }

  /// Queries, keys and values with the norm before them and the query scale folded in; the result has a
  /// bias.
  ///
  /// For y = W · (s ∘ x + t): the weight becomes W · diag(s) and the bias W · t; then the rows of the
  /// queries are multiplied by headDimension^−½.
  ///
  /// - Parameter norm: the one before the attention.
  func queryKeyValue(
    _ attention: AttentionParameters, after norm: BatchNorm, outputs: Range<Int>
  ) throws(NetworkError) -> FoldedConvolution {
    let channels = norm.scale.count
    var weights = try values(of: attention.queryKeyValue, rows: outputs)
    let queryScale = 1 / Double(attention.headDimension).squareRoot()
    var bias = weights.product(with: norm.shift)
    var target = weights.mutableSpan
    for (row, output) in outputs.enumerated() {
      let factor = output < channels ? queryScale : 1
      bias[row] *= factor
      for input in 0..<channels {
        let place = row * channels + input
        target[place] = target[place] * norm.scale[input] * factor
      }
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

extension [Double] {
  /// The matrix of these values, row by row, times `vector`, every sum in ascending order.
  ///
  /// Four rows are computed side by side, because each addition of one row waits for the addition before
  /// it.
  fileprivate func product(with vector: [Double]) -> [Double] {
    let columns = vector.count
    let rows = count / columns
    precondition(rows * columns == count)
    let (values, factors) = (span, vector.span)
    var sums = [Double](repeating: 0, count: rows)
    for row in stride(from: 0, to: rows, by: 4) {
      // Where fewer than four rows are left, the last one fills the other places.
      let starts =
        SIMD4<Int>(row, row + 1, row + 2, row + 3).clamped(
          lowerBound: .zero, upperBound: SIMD4(repeating: rows - 1)) &* columns
      var four = SIMD4<Double>.zero
      for column in 0..<columns {
        let next = SIMD4<Double>(
          values[unchecked: starts[0] &+ column], values[unchecked: starts[1] &+ column],
          values[unchecked: starts[2] &+ column], values[unchecked: starts[3] &+ column])
        four += next * factors[unchecked: column]
      }
      for index in row..<Swift.min(row + 4, rows) { sums[index] = four[index - row] }
    }
    return sums
  }
}
