import KernelContract

/// One step of the inference network, with its folded weights.
package enum Operation<Scalar: BinaryFloatingPoint & Sendable>: Sendable {
  /// A convolution over all input channels (the stem's first).
  case convolution(ConvolutionWeights<Scalar>)

  /// A convolution of each input channel alone, with one or more outputs for each.
  case depthwise(ConvolutionWeights<Scalar>, multiplier: Int)

  /// A 1×1 convolution or a linear layer: a matrix product on the pixels.
  case pointwise(ConvolutionWeights<Scalar>)

  case activation(Activation)

  /// The elementwise sum of two inputs.
  case add

  /// The first input times the second, which has one value a channel.
  case scaleChannels

  /// Softmax attention among all pixels; the input holds queries, keys and values side by side, the
  /// query scale already applied.
  case attention(headDimension: Int)

  /// The mean over all pixels.
  case globalAveragePool
}

extension Operation {
  /// The weights of operations that have any; empty in an outline.
  package var weights: ConvolutionWeights<Scalar>? {
    switch self {
    case .convolution(let weights), .depthwise(let weights, _), .pointwise(let weights): weights
    case .activation, .add, .scaleChannels, .attention, .globalAveragePool: nil
    }
  }

  /// The same operation with other weights, where it has any.
  func with(_ weights: ConvolutionWeights<Scalar>) -> Operation {
    switch self {
    case .convolution: .convolution(weights)
    case .depthwise(_, let multiplier): .depthwise(weights, multiplier: multiplier)
    case .pointwise: .pointwise(weights)
    case .activation, .add, .scaleChannels, .attention, .globalAveragePool: self
    }
  }
}

/// A convolution's geometry and folded weights, rounded once to `Scalar`.
package struct ConvolutionWeights<Scalar: BinaryFloatingPoint & Sendable>: Sendable {
  package let geometry: ConvolutionGeometry
  package let inputChannels: Int
  package let outputChannels: Int

  /// `[output][input of the group][ky][kx]`; empty in an outline.
  package let weights: [Scalar]

  /// One value an output; empty in an outline.
  package let bias: [Scalar]
}

/// An operation with its place among the values.
package struct Node<Scalar: BinaryFloatingPoint & Sendable>: Sendable {
  /// The place in the network: timm's module path, with the operation's role where it has none.
  package let name: String
  package let operation: Operation<Scalar>

  /// The numbers of the values it reads.
  package let inputs: [Int]

  /// The number of the value it makes.
  package let output: Int
}
