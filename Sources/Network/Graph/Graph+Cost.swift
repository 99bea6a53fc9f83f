import FastViTOperations

/// What one operation on one image costs.
package struct OperationCost: Sendable, Hashable {
  /// Multiply-adds, counted as `OperationProblem.multiplyAdds`: taps inside the image.
  package var multiplyAdds = 0

  /// Bytes of weights and biases.
  package var weightBytes = 0

  /// Bytes of inputs read and outputs written once.
  package var activationBytes = 0
}

extension OperationCost {
  /// The cost of `problem`.
  package init(_ problem: OperationProblem) {
    multiplyAdds = problem.multiplyAdds
    weightBytes = problem.parameterBytes
    activationBytes = problem.activationBytes
  }
}

extension Graph {
  /// The cost of the whole network on one image of `height` × `width` pixels.
  package func cost(height: Int, width: Int) -> OperationCost {
    let shapes = shapes(height: height, width: width)
    return nodes.reduce(into: OperationCost()) { total, node in
      let cost = OperationCost(OperationProblem(node.operation, on: shapes[node.inputs[0]]))
      total.multiplyAdds += cost.multiplyAdds
      total.weightBytes += cost.weightBytes
      total.activationBytes += cost.activationBytes
    }
  }

  /// Folded weights and biases.
  package var parameterCount: Int {
    // Shapes are needed for the channels only, which no size changes.
    let side = architecture.smallestInputSize
    let shapes = shapes(height: side, width: side)
    return nodes.reduce(0) {
      $0 + $1.operation.parameterCount(inputChannels: shapes[$1.inputs[0]].channels)
    }
  }
}
