import FastViTFiles

/// The weights of an inference network, folded on request, one operation at a time: a plan can pack one
/// operation's weights and free them before it folds the next one's. Any threads may fold at the same
/// time.
package struct FoldedWeights<Scalar: BinaryFloatingPoint & Sendable>: Sendable {
  /// The network without weights.
  package let outline: Graph<Scalar>

  /// What each node's weights are folded from; nil for nodes without weights.
  private let folds: [Fold?]
  private let source: any ParameterSource

  /// The weights of the network of `parameters`, whose tensors come from `source`.
  package init(_ parameters: NetworkParameters, from source: some ParameterSource) {
    (outline, folds) = Graph<Scalar>.outline(parameters)
    self.source = source
  }

  /// The weights of `outline.nodes[node]`, folded in `Double` and rounded once.
  ///
  /// - Parameter node: one whose operation has weights.
  /// - Throws: as `forEachOutputRange(ofNode:_:)`.
  package func weights(ofNode node: Int) throws(NetworkError) -> LayerWeights<Scalar> {
    let shape = fold(ofNode: node).shape
    var weights: [Scalar] = []
    var bias: [Scalar] = []
    weights.reserveCapacity(shape.reduce(1, *))
    bias.reserveCapacity(shape[0])
    try forEachOutputRange(ofNode: node) { _, someWeights, someBias in
      weights += someWeights
      bias += someBias
    }
    return LayerWeights(weights: weights, bias: bias)
  }

  /// The weights of `outline.nodes[node]`, folded in `Double` and rounded once, a few output channels per
  /// call of `body`, so that no copy of all weights is made.
  ///
  /// - Parameters:
  ///   - node: one whose operation has weights.
  ///   - body: takes a range of output channels, each channel once and in ascending order; their weights,
  ///     `[output][input of the group][ky][kx]`; and their biases.
  /// - Throws: `badValue` where a tensor holds what no network can, `overflow` where single precision
  ///   cannot hold a folded weight. Of several errors, every call throws the same one.
  package func forEachOutputRange(
    ofNode node: Int, _ body: (_ outputs: Range<Int>, [Scalar], [Scalar]) -> Void
  ) throws(NetworkError) {
    let fold = fold(ofNode: node)
    // Values that the fold leaves unchanged, or that `Scalar` holds exactly, need no `Double` before the
    // one rounding.
    let direct = fold.affine.flatMap { affine, scale in
      scale == nil || source.isSinglePrecision(affine) ? (affine, scale) : nil
    }
    let size = direct == nil ? MemoryLayout<Double>.size : MemoryLayout<Scalar>.size
    let rows = Self.blockBytes / size / fold.shape.dropFirst().reduce(1, *)
    let block = max(1, rows / Self.blockRows) * Self.blockRows
    let folded = try source.folding(fold)
    // All blocks use the same memory.
    var weights: [Scalar] = []
    var bias: [Scalar] = []
    for start in stride(from: 0, to: fold.shape[0], by: block) {
      let outputs = start..<min(start + block, fold.shape[0])
      let areFinite: (weights: Bool, bias: Bool)
      if let (affine, scale) = direct {
        areFinite = try read(affine, scaledBy: scale, outputs: outputs, into: &weights, &bias)
      } else {
        let folded = try folded(outputs)
        areFinite = (
          weights.replace(byRounding: folded.weights), bias.replace(byRounding: folded.bias)
        )
      }
      guard areFinite.weights && areFinite.bias else {
        throw .overflow(file: source.label, layer: outline.nodes[node].name)
      }
      body(outputs, weights, bias)
    }
  }

  /// Reads a weight and its bias, and multiplies both by the scale where there is one.
  ///
  /// - Returns: whether all values are finite in single precision.
  private func read(
    _ affine: AffineParameters, scaledBy scale: Parameter?, outputs: Range<Int>,
    into weights: inout [Scalar], _ bias: inout [Scalar]
  ) throws(NetworkError) -> (weights: Bool, bias: Bool) {
    try source.read(affine.weight, rows: outputs, into: &weights)
    try source.read(affine.bias, rows: outputs, into: &bias)
    // Sources check the values that they read.
    guard let scale else { return (true, true) }
    let factors = try source.values(of: scale, rows: outputs)
    return (weights.scaleRows(by: factors), bias.scaleRows(by: factors))
  }

  /// Whether a node's operation has weights.
  func hasWeights(node: Int) -> Bool { folds[node] != nil }

  private func fold(ofNode node: Int) -> Fold {
    guard let fold = folds[node] else {
      preconditionFailure("\(outline.nodes[node].name) has no weights")
    }
    return fold
  }

  /// Bytes of the weights that are folded at once. A block has many rows, because packing writes a cache
  /// line of each panel from the rows of one block. It is small enough that all values between the file
  /// and the rounding stay in the second-level cache, and that the allocator keeps the memory for the next
  /// block instead of returning it to the system (as glibc does from 128 KiB on).
  private static var blockBytes: Int { 96 << 10 }

  /// The output channels of every block but the last are a multiple of this number: packing transposes as
  /// many at once.
  private static var blockRows: Int { 4 }
}

extension Graph {
  /// The network of `parameters` with weights from `source`, folded in `Double` and rounded once.
  ///
  /// - Throws: as `FoldedWeights.forEachOutputRange(ofNode:_:)`, for the first node that has an error.
  package init(
    _ parameters: NetworkParameters, from source: some ParameterSource
  ) throws(NetworkError) {
    let weights = FoldedWeights<Scalar>(parameters, from: source)
    let outline = weights.outline
    var nodes: [Node<Scalar>] = []
    nodes.reserveCapacity(outline.nodes.count)
    for (index, node) in outline.nodes.enumerated() {
      nodes.append(
        Node(
          name: node.name, operation: node.operation, inputs: node.inputs, output: node.output,
          weights: weights.hasWeights(node: index) ? try weights.weights(ofNode: index) : nil))
    }
    self.init(
      architecture: outline.architecture, classCount: outline.classCount, nodes: nodes,
      stageOutputs: outline.stageOutputs, embedding: outline.embedding, logits: outline.logits)
  }
}
