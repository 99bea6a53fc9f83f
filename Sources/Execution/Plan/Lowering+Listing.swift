import FastViTNetwork
import FastViTOperations

/// One operation of a lowered graph on an image of known size, ready to print.
package struct GraphLine: Sendable {
  /// The number of the value it makes.
  package let output: Int
  package let inputs: [Int]
  package let name: String

  /// The operation with its constants and its epilogue, such as `depthwise 7×7 s2 ×2 + gelu`.
  package let operation: String
  package let inputShape: FeatureShape
  package let outputShape: FeatureShape
  package let cost: OperationCost
}

extension Lowering {
  /// One line per operation.
  ///
  /// - Parameter shapes: the shapes of the graph's values.
  package func lines(_ shapes: [FeatureShape]) -> [GraphLine] {
    operations.map { operation in
      let problem = operation.problem(shapes)
      let end = operation.epilogue == .bias ? "" : " + \(operation.epilogue.rawValue)"
      return GraphLine(
        output: operation.output, inputs: [operation.input] + (operation.second.map { [$0] } ?? []),
        name: operation.name, operation: operation.operation.summary + end,
        inputShape: problem.input, outputShape: shapes[operation.output],
        cost: OperationCost(problem))
    }
  }
}
