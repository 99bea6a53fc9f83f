import KernelContract

/// What one operation on one image costs.
package struct OperationCost: Sendable, Hashable {
  /// Multiply-adds of convolutions, linear layers and attention's products.
  package var multiplyAdds: Int

  /// Bytes of weights and biases.
  package var weightBytes: Int

  /// Bytes of inputs read and outputs written once.
  package var activationBytes: Int
}

extension Operation {
  /// The cost of this operation on inputs of `shapes`.
  package func cost(_ shapes: [FeatureShape]) -> OperationCost {
    let output = outputShape(shapes[0])
    let values = shapes.reduce(output.elements) { $0 + $1.elements }
    let size = MemoryLayout<Scalar>.size
    return OperationCost(
      multiplyAdds: multiplyAdds(shapes[0], output), weightBytes: parameterCount * size,
      activationBytes: values * size)
  }

  private func multiplyAdds(_ input: FeatureShape, _ output: FeatureShape) -> Int {
    switch self {
    case .convolution(let weights), .pointwise(let weights):
      output.elements * weights.inputChannels * weights.geometry.taps
    case .depthwise(let weights, _):
      output.elements * weights.geometry.taps
    case .attention:
      2 * input.pixels * input.pixels * output.channels
    case .activation, .add, .scaleChannels, .globalAveragePool:
      0
    }
  }

  /// Weights and biases.
  package var parameterCount: Int {
    switch self {
    case .convolution(let weights), .pointwise(let weights):
      weights.outputChannels * (weights.inputChannels * weights.geometry.taps + 1)
    case .depthwise(let weights, _):
      weights.outputChannels * (weights.geometry.taps + 1)
    case .activation, .add, .scaleChannels, .attention, .globalAveragePool:
      0
    }
  }
}

extension Graph {
  /// The cost of the whole network on one picture of `height` × `width` pixels.
  package func cost(height: Int, width: Int) -> OperationCost {
    let shapes = shapes(height: height, width: width)
    var total = OperationCost(multiplyAdds: 0, weightBytes: 0, activationBytes: 0)
    for node in nodes {
      let cost = node.operation.cost(node.inputs.map { shapes[$0] })
      total.multiplyAdds += cost.multiplyAdds
      total.weightBytes += cost.weightBytes
      total.activationBytes += cost.activationBytes
    }
    return total
  }

  /// Folded weights and biases.
  package var parameterCount: Int { nodes.reduce(0) { $0 + $1.operation.parameterCount } }
}
