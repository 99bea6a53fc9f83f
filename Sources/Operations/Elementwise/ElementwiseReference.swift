/// Applies `activation` to every value.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
package func activate<Scalar: ReferenceScalar>(
  _ activation: ActivationFunction, _ input: Span<Scalar>, into output: inout MutableSpan<Scalar>
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

/// The elementwise sum of two feature maps.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
package func add<Scalar: ReferenceScalar>(
  _ left: Span<Scalar>, _ right: Span<Scalar>, into output: inout MutableSpan<Scalar>
) {
  for i in 0..<output.count { output[i] = left[i] + right[i] }
}
