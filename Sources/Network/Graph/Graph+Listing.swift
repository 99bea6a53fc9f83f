import KernelContract

/// One operation of a graph on a picture of known size, ready to print.
package struct GraphLine: Sendable {
  /// The number of the value it makes.
  package let output: Int
  package let inputs: [Int]
  package let name: String

  /// The operation with its constants, such as `depthwise 7×7 s2 ×2`.
  package let operation: String
  package let inputShape: FeatureShape
  package let outputShape: FeatureShape
  package let cost: OperationCost
}

extension Graph {
  /// One line an operation, for a picture of `height` × `width` pixels.
  package func lines(height: Int, width: Int) -> [GraphLine] {
    let shapes = shapes(height: height, width: width)
    return nodes.map { node in
      GraphLine(
        output: node.output, inputs: node.inputs, name: node.name,
        operation: node.operation.summary, inputShape: shapes[node.inputs[0]],
        outputShape: shapes[node.output],
        cost: node.operation.cost(node.inputs.map { shapes[$0] }))
    }
  }
}

extension Operation {
  /// The operation with its constants, such as `depthwise 7×7 s2 ×2`.
  package var summary: String {
    switch self {
    case .convolution(let weights): "convolution \(weights.geometry.summary)"
    case .depthwise(let weights, let multiplier):
      "depthwise \(weights.geometry.summary)" + (multiplier > 1 ? " ×\(multiplier)" : "")
    case .pointwise: "pointwise"
    case .activation(let activation): activation.rawValue
    case .add: "add"
    case .scaleChannels: "scale channels"
    case .attention(let headDimension): "attention, heads of \(headDimension)"
    case .globalAveragePool: "global average pool"
    }
  }
}

extension ConvolutionGeometry {
  /// Kernel and stride, such as `7×7 s2`.
  fileprivate var summary: String { "\(kernel)×\(kernel) s\(stride)" }
}
