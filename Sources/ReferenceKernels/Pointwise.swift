/// A pointwise convolution (a matrix product) on any number of pixels.
///
/// Each output starts from its bias and takes one fused multiply-add an input channel, in ascending
/// order, in one accumulator.
///
/// - Parameters:
///   - input: `[pixel][input channel]`.
///   - weights: `[output channel][input channel]`.
///   - bias: one value an output channel.
///   - output: `[pixel][output channel]`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
package func pointwise<Scalar: ReferenceScalar>(
  _ input: Span<Scalar>, inputChannels: Int,
  weights: Span<Scalar>, bias: Span<Scalar>, into output: inout MutableSpan<Scalar>
) {
  let outputs = bias.count
  for pixel in 0..<(output.count / outputs) {
    let source = input.extracting(pixel * inputChannels..<(pixel + 1) * inputChannels)
    for o in 0..<outputs {
      let row = weights.extracting(o * inputChannels..<(o + 1) * inputChannels)
      var sum = bias[o]
      for k in 0..<inputChannels {
        sum.addProduct(source[k], row[k])
      }
      output[pixel * outputs + o] = sum
    }
  }
}
