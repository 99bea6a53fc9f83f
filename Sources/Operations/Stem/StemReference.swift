/// One output row of a dense convolution.
///
/// Each output starts from its bias and takes one fused multiply-add per tap, in (ky, kx, input channel)
/// order; taps in the padding are left out.
///
/// - Parameters:
///   - input: the whole image, channels-last, of shape `shape`.
///   - weights: `[output channel][input channel][ky][kx]`.
///   - bias: one value per output channel.
///   - output: the row, `[pixel][output channel]`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
package func convolutionRow<Scalar: ReferenceScalar>(
  _ row: Int, of input: Span<Scalar>, _ shape: FeatureShape, _ geometry: ConvolutionGeometry,
  weights: Span<Scalar>, bias: Span<Scalar>, into output: inout MutableSpan<Scalar>
) {
  let inputs = shape.channels
  let outputs = bias.count
  let rows = geometry.insideTaps(row, extent: shape.height)
  let top = geometry.origin(row)
  for x in 0..<geometry.outputExtent(shape.width) {
    let columns = geometry.insideTaps(x, extent: shape.width)
    let left = geometry.origin(x)
    for o in 0..<outputs {
      var sum = bias[o]
      for ky in rows {
        for kx in columns {
          let pixel = ((top + ky) * shape.width + left + kx) * inputs
          let tap = o * inputs * geometry.taps + ky * geometry.kernel + kx
          for c in 0..<inputs {
            sum.addProduct(input[pixel + c], weights[tap + c * geometry.taps])
          }
        }
      }
      output[x * outputs + o] = sum
    }
  }
}
