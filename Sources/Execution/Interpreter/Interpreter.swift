import FastViTNetwork
import FastViTOperations
import FastViTScheduler

/// Runs a graph one operation after the other on the reference kernels: the oracle for every faster
/// way.
///
/// In `Double` it computes the network as published, up to rounding; in `Float` it defines the operations,
/// and their order, that the fast kernels repeat.
package struct Interpreter<Scalar: ReferenceScalar>: Sendable {
  /// The network with its weights.
  package let graph: Graph<Scalar>
  private let team: Team

  /// What the products of each node are computed in; in `Double` it changes nothing.
  private let precisions: [Precision]

  /// The last operation that reads each value; results that the caller wants count as read at the end.
  private let lastUses: [Int]

  /// An interpreter of `graph`, which must hold weights, with rows shared out among `team`.
  ///
  /// - Parameter precisions: what the products of each node are computed in, as a plan's `Lowering` decided;
  ///   single precision if nil.
  package init(_ graph: Graph<Scalar>, precisions: [Precision]? = nil, team: Team) {
    self.graph = graph
    self.team = team
    self.precisions = precisions ?? graph.nodes.map { _ in .f32 }
    precondition(self.precisions.count == graph.nodes.count)
    var lastUses = [Int](repeating: -1, count: graph.nodes.count + 1)
    for (index, node) in graph.nodes.enumerated() {
      for input in node.inputs { lastUses[input] = index }
    }
    self.lastUses = lastUses
  }

  /// Runs the network on one image.
  ///
  /// - Parameters:
  ///   - image: normalised, planar `[3][height][width]`.
  ///   - keepingStages: whether to copy the stage outputs.
  package func run(
    _ image: Span<Scalar>, height: Int, width: Int, keepingStages: Bool = false
  ) -> Results<Scalar> {
    let shapes = graph.shapes(height: height, width: width)
    precondition(image.count == shapes[0].elements)
    var values = [ReferenceMap<Scalar>?](repeating: nil, count: shapes.count)
    values[0] = ReferenceMap(planar: image, shapes[0])
    var results = Results<Scalar>()
    for (index, node) in graph.nodes.enumerated() {
      let inputs = node.inputs.map { input in
        guard let value = values[input] else {
          preconditionFailure("value \(input) is read after its last use")
        }
        return value
      }
      let output = run(node, precisions[index], on: inputs, shapes[node.output])
      values[node.output] = output
      if keepingStages, graph.stageOutputs.contains(node.output) {
        results.stages.append((output.shape, output.planar))
      }
      if node.output == graph.embedding { results.embedding = output.values }
      if node.output == graph.logits { results.logits = output.values }
      for input in node.inputs where lastUses[input] == index { values[input] = nil }
    }
    return results
  }

  /// Runs an operation. Each task is one row.
  private func run(
    _ node: Node<Scalar>, _ precision: Precision, on inputs: [ReferenceMap<Scalar>],
    _ outputShape: FeatureShape
  ) -> ReferenceMap<Scalar> {
    let operands = ReferenceOperands(
      shape: inputs[0].shape, input: inputs[0].values,
      second: inputs.count > 1 ? inputs[1].values : [], weights: node.weights?.weights ?? [],
      bias: node.weights?.bias ?? [], precision: precision)
    return ReferenceMap(outputShape, team: team) { row, output in
      node.operation.computeRow(row, operands, into: &output)
    }
  }
}
