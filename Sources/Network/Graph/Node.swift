import FastViTOperations

/// An operation with its place among the values.
package struct Node<Scalar: BinaryFloatingPoint & Sendable>: Sendable {
  /// The place in the network: timm's module path, with the operation's role where it has none.
  package let name: String
  package let operation: any Operation

  /// The numbers of the values it reads.
  package let inputs: [Int]

  /// The number of the value it makes.
  package let output: Int

  /// Nil in an outline, and for operations that have none.
  package var weights: LayerWeights<Scalar>?
}

/// The folded weights of one operation, rounded once to `Scalar`.
package struct LayerWeights<Scalar: BinaryFloatingPoint & Sendable>: Sendable {
  /// `[output][input of the group][ky][kx]`.
  package let weights: [Scalar]

  /// One value per output.
  package let bias: [Scalar]
}
