/// A pointwise convolution (a matrix product) on any number of pixels.
///
/// Each output starts from its bias and takes one fused multiply-add per input channel, in ascending
/// order, in one accumulator.
///
/// - Parameters:
///   - input: `[pixel][input channel]`.
///   - weights: `[output channel][input channel]`.
///   - bias: one value per output channel.
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

/// A row of a pointwise convolution whose factors are rounded to `bf16`, as `vdpbf16ps` computes it.
///
/// Each output starts from its bias and takes its input channels pair by pair, ascending: within a pair first
/// the odd channel's fused multiply-add, then the even channel's. Subnormal sums, and subnormal factors,
/// count as zero.
func pointwiseInBFloat16(_ row: Int, _ operands: ReferenceOperands<Float>) -> [Float] {
  let depth = operands.shape.channels
  let outputs = operands.bias.count
  let input = operands.input[operands.places(ofRow: row)].map(narrowed)
  let weights = operands.weights.map(narrowed)
  var sums = [Float](repeating: 0, count: operands.shape.width * outputs)
  for pixel in 0..<operands.shape.width {
    for output in 0..<outputs {
      var sum = flushed(operands.bias[output])
      for pair in stride(from: 0, to: depth, by: 2) {
        for channel in [pair + 1, pair] {
          // A depth that is odd ends with a channel of zeros.
          let isThere = channel < depth
          let left = isThere ? input[pixel * depth + channel] : 0
          let right = isThere ? weights[output * depth + channel] : 0
          sum = flushed(sum.addingProduct(left, right))
        }
      }
      sums[pixel * outputs + output] = sum
    }
  }
  return sums
}

/// `value` as a factor of `bf16` products.
private func narrowed(_ value: Float) -> Float { flushed(BFloat16(value).float) }

/// Zero of the same sign for a subnormal number.
private func flushed(_ value: Float) -> Float {
  value.isSubnormal ? Float(signOf: value, magnitudeOf: 0) : value
}
