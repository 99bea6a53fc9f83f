/// The mean of every channel over all pixels of `input`, `[pixel][channel]`.
///
/// Pixels are summed in ascending order, then the sum is divided by their number.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
package func globalAveragePool<Scalar: ReferenceScalar>(
  _ input: Span<Scalar>, into output: inout MutableSpan<Scalar>
) {
  let channels = output.count
  let pixels = input.count / channels
  for c in 0..<channels {
    var sum: Scalar = 0
    for pixel in 0..<pixels { sum += input[pixel * channels + c] }
    output[c] = sum / Scalar(pixels)
  }
}
