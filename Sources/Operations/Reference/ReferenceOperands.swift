/// The values of one operation on one image as its reference takes them: channels-last without padding.
package struct ReferenceOperands<Scalar: ReferenceScalar>: Sendable {
  /// The shape of the input.
  package let shape: FeatureShape

  /// `[pixel][channel]`, of `shape`.
  package let input: [Scalar]

  /// A second feature map, `[pixel][channel]`, or one factor per channel; empty where neither is read.
  package let second: [Scalar]

  /// `[output channel][input of the group][ky][kx]`; empty where there are none.
  package let weights: [Scalar]

  /// One value per output channel; empty where there are none.
  package let bias: [Scalar]

  /// What products are computed in; in `Double` it changes nothing.
  package let precision: Precision

  /// The operands; see the properties.
  package init(
    shape: FeatureShape, input: [Scalar], second: [Scalar] = [], weights: [Scalar] = [],
    bias: [Scalar] = [], precision: Precision = .f32
  ) {
    self.shape = shape
    self.input = input
    self.second = second
    self.weights = weights
    self.bias = bias
    self.precision = precision
  }

  /// The indices in `input` of its row `row`.
  package func places(ofRow row: Int) -> Range<Int> {
    row * shape.rowElements..<(row + 1) * shape.rowElements
  }
}
