/// Layer normalisation of the pixels of `input`, `[pixel][channel]`.
///
/// The written-down order, which every kernel keeps. A sum over channels is 16 partial sums, the i-th over
/// channels i, i + 16, … in ascending order from zero; then the second half of the partial sums is added to
/// the first, eight, four, two and one at a time. The mean is the channels' sum divided by their number. The
/// variance is the sum of (x − mean)², each square joined by one fused multiply-add, divided by the number.
/// The factor is 1 / √(variance + ε), and the result the fused multiply-add of (x − mean) · factor, rounded,
/// by the scale to the shift.
///
/// - Parameters:
///   - scale: one value per channel.
///   - shift: one value per channel.
///   - epsilon: what is added to the variance.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
package func layerNormalisation<Scalar: ReferenceScalar>(
  _ input: Span<Scalar>, scale: Span<Scalar>, shift: Span<Scalar>, epsilon: Scalar,
  into output: inout MutableSpan<Scalar>
) {
  let channels = scale.count
  for first in stride(from: 0, to: output.count, by: channels) {
    var sums = [Scalar](repeating: 0, count: NormalisationKernel.partialSums)
    for c in 0..<channels { sums[c % sums.count] += input[first + c] }
    let mean = total(sums) / Scalar(channels)
    var squares = [Scalar](repeating: 0, count: NormalisationKernel.partialSums)
    for c in 0..<channels {
      let distance = input[first + c] - mean
      squares[c % squares.count].addProduct(distance, distance)
    }
    let factor = 1 / (total(squares) / Scalar(channels) + epsilon).squareRoot()
    for c in 0..<channels {
      output[first + c] = shift[c].addingProduct((input[first + c] - mean) * factor, scale[c])
    }
  }
}

/// The sum of partial sums: the second half is added to the first until one is left.
private func total<Scalar: ReferenceScalar>(_ partialSums: [Scalar]) -> Scalar {
  var sums = partialSums
  while sums.count > 1 {
    let half = sums.count / 2
    sums = (0..<half).map { sums[$0] + sums[$0 + half] }
  }
  return sums[0]
}
