import KernelContract
import Network
import ReferenceKernels
import Scheduler

/// Runs a graph one operation after the other on the reference kernels: the oracle for every faster
/// way.
///
/// In `Double` it is the network as published, to rounding; in `Float` it defines the operations that
/// the fast kernels repeat.
package struct Interpreter<Scalar: ReferenceScalar>: Sendable {
  package let graph: Graph<Scalar>
  private let team: Team

  /// The last operation that reads each value; results that the caller wants count as read at the end.
  private let lastUses: [Int]

  /// An interpreter of `graph`, which must hold weights, with rows shared out among `team`.
  package init(_ graph: Graph<Scalar>, team: Team) {
    self.graph = graph
    self.team = team
    var lastUses = [Int](repeating: -1, count: graph.nodes.count + 1)
    for (index, node) in graph.nodes.enumerated() {
      for input in node.inputs { lastUses[input] = index }
    }
    self.lastUses = lastUses
  }

  /// Runs the network on one picture.
  ///
  /// - Parameters:
  ///   - picture: normalised, planar `[3][height][width]`.
  ///   - keepingStages: whether to copy the stage outputs.
  package func run(
    _ picture: Span<Scalar>, height: Int, width: Int, keepingStages: Bool = false
  ) -> Results<Scalar> {
    let shapes = graph.shapes(height: height, width: width)
    precondition(picture.count == shapes[0].elements)
    var values = [FeatureMap<Scalar>?](repeating: nil, count: shapes.count)
    values[0] = FeatureMap(planar: picture, shapes[0])
    var results = Results<Scalar>()
    for (index, node) in graph.nodes.enumerated() {
      let inputs = node.inputs.map { input in
        guard let value = values[input] else {
          preconditionFailure("value \(input) is read after its last use")
        }
        return value
      }
      let output = node.operation.run(on: inputs, shapes[node.output], team: team)
      values[node.output] = output
      if keepingStages, graph.stageOutputs.contains(node.output) {
        results.stages.append((output.shape, output.values))
      }
      if node.output == graph.embedding { results.embedding = output.values }
      if node.output == graph.logits { results.logits = output.values }
      for input in node.inputs where lastUses[input] == index { values[input] = nil }
    }
    return results
  }
}

extension Operation where Scalar: ReferenceScalar {
  /// Runs the operation, in tiles of one row of pixels.
  fileprivate func run(
    on inputs: [FeatureMap<Scalar>], _ outputShape: FeatureShape, team: Team
  ) -> FeatureMap<Scalar> {
    let first = inputs[0]
    let second = inputs[inputs.count - 1]
    return FeatureMap(outputShape, team: team) { row, output in
      let input = first.values.span
      let other = second.values.span
      switch self {
      case .convolution(let w):
        convolutionRow(
          row, of: input, first.shape, w.geometry, weights: w.weights.span, bias: w.bias.span,
          into: &output)
      case .depthwise(let w, let multiplier):
        depthwiseRow(
          row, of: input, first.shape, w.geometry, multiplier: multiplier,
          weights: w.weights.span, bias: w.bias.span, into: &output)
      case .pointwise(let w):
        ReferenceKernels.pointwise(
          input.extracting(first.row(row)), inputChannels: w.inputChannels,
          weights: w.weights.span, bias: w.bias.span, into: &output)
      case .activation(let activation):
        activate(activation, input.extracting(first.row(row)), into: &output)
      case .add:
        ReferenceKernels.add(
          input.extracting(first.row(row)), other.extracting(second.row(row)), into: &output)
      case .scaleChannels:
        ReferenceKernels.scaleChannels(
          input.extracting(first.row(row)), by: other, into: &output)
      case .attention(let headDimension):
        let width = first.shape.width
        ReferenceKernels.attention(
          tokens: row * width..<(row + 1) * width, of: input, channels: outputShape.channels,
          headDimension: headDimension, into: &output)
      case .globalAveragePool:
        ReferenceKernels.globalAveragePool(input, into: &output)
      }
    }
  }
}
