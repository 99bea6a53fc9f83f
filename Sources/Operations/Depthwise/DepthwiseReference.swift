/// One output row of a depthwise convolution with `multiplier` outputs per input channel.
///
/// Output channel `o` reads input channel `o / multiplier`. Each output starts from its bias and takes
/// one fused multiply-add per tap, in (ky, kx) order; taps in the padding are left out.
///
/// - Parameters:
///   - input: the whole image, channels-last, of shape `shape`.
///   - weights: `[output channel][ky][kx]`.
///   - bias: one value per output channel.
///   - output: the row, `[pixel][output channel]`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
package func depthwiseRow<Scalar: ReferenceScalar>(
  _ row: Int, of input: Span<Scalar>, _ shape: FeatureShape, _ geometry: ConvolutionGeometry,
  multiplier: Int, weights: Span<Scalar>, bias: Span<Scalar>,
  into output: inout MutableSpan<Scalar>
) {
  let inputs = shape.channels
  let outputs = inputs * multiplier
  let rows = geometry.insideTaps(row, extent: shape.height)
  let top = geometry.origin(row)
  for x in 0..<geometry.outputExtent(shape.width) {
    let columns = geometry.insideTaps(x, extent: shape.width)
    let left = geometry.origin(x)
    for o in 0..<outputs {
      var sum = bias[o]
      for ky in rows {
        let pixels = (top + ky) * shape.width + left
        let taps = o * geometry.taps + ky * geometry.kernel
        for kx in columns {
          sum.addProduct(input[(pixels + kx) * inputs + o / multiplier], weights[taps + kx])
        }
      }
      output[x * outputs + o] = sum
    }
  }
}
