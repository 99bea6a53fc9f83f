import FastViTNetwork
import FastViTOperations

/// A lowered operation with its kernels chosen and its weights packed.
struct PlannedOperation: Sendable {
  let lowered: LoweredOperation
  let packed: any PackedOperation

  var name: String { lowered.name }
  var operation: any Operation { lowered.operation }
  var input: Int { lowered.input }
  var second: Int? { lowered.second }
  var output: Int { lowered.output }

  /// The same operation with other kernels.
  func with(_ packed: any PackedOperation) -> PlannedOperation {
    PlannedOperation(lowered: lowered, packed: packed)
  }

  /// The names of the kernels as `PlanChoices.choose(kernels:for:)` reads them.
  var kernels: [String] { packed.chosen.names }
}

/// The weights of one operation of a network. For an operation without weights they are never asked for.
struct NodeWeights: WeightSource {
  let folded: FoldedWeights<Float>
  /// The operation's place among the graph's nodes.
  let node: Int

  func forEachOutputRange(
    _ body: (_ outputs: Range<Int>, [Float], [Float]) -> Void
  ) throws(NetworkError) {
    try folded.forEachOutputRange(ofNode: node, body)
  }
}
