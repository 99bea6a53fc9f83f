/// Multiplies every pixel of `input`, `[pixel][channel]`, by `factors`, one per channel.
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
