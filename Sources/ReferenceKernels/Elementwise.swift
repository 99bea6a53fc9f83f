import KernelContract

/// Applies `activation` to every value.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
package func activate<Scalar: ReferenceScalar>(
  _ activation: Activation, _ input: Span<Scalar>, into output: inout MutableSpan<Scalar>
) {
  switch activation {
  case .gelu:
    for i in 0..<output.count { output[i] = Scalar.gelu(input[i]) }
  case .relu:
    for i in 0..<output.count { output[i] = input[i] > 0 ? input[i] : 0 }
  case .sigmoid:
    for i in 0..<output.count { output[i] = Scalar.sigmoid(input[i]) }
  }
}

/// The elementwise sum of two maps.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
package func add<Scalar: ReferenceScalar>(
  _ left: Span<Scalar>, _ right: Span<Scalar>, into output: inout MutableSpan<Scalar>
) {
  for i in 0..<output.count { output[i] = left[i] + right[i] }
}

/// Multiplies every pixel of `input`, `[pixel][channel]`, by `factors`, one a channel.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
package func scaleChannels<Scalar: ReferenceScalar>(
  _ input: Span<Scalar>, by factors: Span<Scalar>, into output: inout MutableSpan<Scalar>
) {
  let channels = factors.count
  for pixel in 0..<(output.count / channels) {
    for c in 0..<channels {
      output[pixel * channels + c] = input[pixel * channels + c] * factors[c]
    }
  }
}

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
