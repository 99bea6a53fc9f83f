import Checkpoints

/// The weights of an inference network, folded when they are asked for: operation by operation, on any
/// threads at the same time, so that a plan can pack one operation's weights and let go of them before
/// it takes the next.
package struct FoldedWeights<Scalar: BinaryFloatingPoint & Sendable>: Sendable {
  /// The network without weights.
  package let outline: Graph<Scalar>

  /// What each node's weights are made of; nil for those without.
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
  /// - Throws: as `forEachBlock(ofNode:_:)`.
  package func weights(ofNode node: Int) throws(NetworkError) -> ConvolutionWeights<Scalar> {
    let (fold, outline) = fold(ofNode: node)
    var weights: [Scalar] = []
    var bias: [Scalar] = []
    weights.reserveCapacity(fold.shape.reduce(1, *))
    bias.reserveCapacity(outline.outputChannels)
    try forEachBlock(ofNode: node) { _, someWeights, someBias in
      weights += someWeights
      bias += someBias
    }
    return ConvolutionWeights(
      geometry: outline.geometry, inputChannels: outline.inputChannels,
      outputChannels: outline.outputChannels, weights: weights, bias: bias)
  }

  /// The weights of `outline.nodes[node]`, folded in `Double` and rounded once, some output channels at
  /// a time, so that no copy of them all is made.
  ///
  /// - Parameters:
  ///   - node: one whose operation has weights.
  ///   - body: is given output channels, each once and in ascending order; their weights, `[output]
  ///     [input of the group][ky][kx]`; and their biases.
  /// - Throws: `badValue` where a tensor behind them holds what no network can, `overflow` where single
  ///   precision cannot hold what is made of them: the same of several, whoever asks.
  package func forEachBlock(
    ofNode node: Int, _ body: (_ outputs: Range<Int>, [Scalar], [Scalar]) -> Void
  ) throws(NetworkError) {
    let (fold, outline) = fold(ofNode: node)
    // Values that nothing is computed of, or that `Scalar` holds exactly, need be no `Double` before the
    // one rounding.
    let direct = fold.affine.flatMap { affine, scale in
      scale == nil || source.isSinglePrecision(affine) ? (affine, scale) : nil
    }
    let size = direct == nil ? MemoryLayout<Double>.size : MemoryLayout<Scalar>.size
    let rows = Self.blockBytes / size / fold.shape.dropFirst().reduce(1, *)
    let block = max(1, rows / Self.blockRows) * Self.blockRows
    let folded = try source.folding(fold)
    // One memory for all blocks.
    var weights: [Scalar] = []
    var bias: [Scalar] = []
    for start in stride(from: 0, to: outline.outputChannels, by: block) {
      let outputs = start..<min(start + block, outline.outputChannels)
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
        throw .overflow(file: source.label, layer: self.outline.nodes[node].name)
      }
      body(outputs, weights, bias)
    }
  }

  /// Reads values, and scales them where there is a scale.
  ///
  /// - Returns: whether all are finite in single precision.
  private func read(
    _ affine: AffineParameters, scaledBy scale: Parameter?, outputs: Range<Int>,
    into weights: inout [Scalar], _ bias: inout [Scalar]
  ) throws(NetworkError) -> (weights: Bool, bias: Bool) {
    try source.read(affine.weight, rows: outputs, into: &weights)
    try source.read(affine.bias, rows: outputs, into: &bias)
    // Sources check what they read.
    guard let scale else { return (true, true) }
    let factors = try source.values(of: scale, rows: outputs)
    return (weights.scaleRows(by: factors), bias.scaleRows(by: factors))
  }

  private func fold(ofNode node: Int) -> (Fold, ConvolutionWeights<Scalar>) {
    guard let fold = folds[node], let outline = outline.nodes[node].operation.weights else {
      preconditionFailure("\(outline.nodes[node].name) has no weights")
    }
    return (fold, outline)
  }

  /// Bytes of the weights that are folded at once. Many rows, since packing writes a cache line of each
  /// panel from as many rows as there are in a block; few enough that what lies between the file and the
  /// rounding stays in the second-level cache, and that the allocator keeps its memory for the next block
  /// instead of giving it back to the system (glibc does from 128 KiB on).
  private static var blockBytes: Int { 96 << 10 }

  /// A block's output channels are a multiple of this, unless it is the last one: packing turns several
  /// at once.
  private static var blockRows: Int { 4 }
}

extension Graph {
  /// The network of `parameters` with weights from `source`, folded in `Double` and rounded once.
  ///
  /// - Throws: as `FoldedWeights.forEachBlock(ofNode:_:)`; of several nodes for the first.
  package init(
    _ parameters: NetworkParameters, from source: some ParameterSource
  ) throws(NetworkError) {
    let weights = FoldedWeights<Scalar>(parameters, from: source)
    let outline = weights.outline
    var nodes: [Node<Scalar>] = []
    nodes.reserveCapacity(outline.nodes.count)
    for (index, node) in outline.nodes.enumerated() {
      let operation =
        node.operation.weights == nil
        ? node.operation : node.operation.with(try weights.weights(ofNode: index))
      nodes.append(
        Node(name: node.name, operation: operation, inputs: node.inputs, output: node.output))
    }
    self.init(
      architecture: outline.architecture, classCount: outline.classCount, nodes: nodes,
      stageOutputs: outline.stageOutputs, embedding: outline.embedding, logits: outline.logits)
  }
}
