import Network

/// The weights of one operation, made when they are asked for.
protocol OperationWeights: Sendable {
  /// Gives output channels, each once and in ascending order, with their weights, `[output]
  /// [input of the group][ky][kx]`, and their biases.
  ///
  /// - Throws: what folding throws.
  func forEachBlock(
    _ body: (_ outputs: Range<Int>, [Float], [Float]) -> Void
  ) throws(NetworkError)
}

extension OperationWeights {
  /// The weights and biases of all output channels.
  func all() throws(NetworkError) -> (weights: [Float], bias: [Float]) {
    var weights: [Float] = []
    var bias: [Float] = []
    try forEachBlock { _, someWeights, someBias in
      weights += someWeights
      bias += someBias
    }
    return (weights, bias)
  }
}

/// The weights of a network's operation.
struct NodeWeights: OperationWeights {
  let folded: FoldedWeights<Float>
  /// Its place among the graph's nodes.
  let node: Int

  func forEachBlock(
    _ body: (_ outputs: Range<Int>, [Float], [Float]) -> Void
  ) throws(NetworkError) {
    try folded.forEachBlock(ofNode: node, body)
  }
}
