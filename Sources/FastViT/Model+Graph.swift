import FastViTExecution
import FastViTNetwork
import FastViTOperations

/// One operation of a folded and lowered network, ready to print.
package typealias GraphLine = FastViTExecution.GraphLine

extension Model {
  /// The network as it runs, one line per operation, for images of `height` × `width` pixels.
  package func graphLines(height: Int, width: Int) -> [GraphLine] {
    plan.lowering.lines(graph.shapes(height: height, width: width))
  }

  /// The problems that the kernels solve when the network runs; see `Lowering`.
  package func problems(height: Int, width: Int) -> [NamedProblem] {
    plan.lowering.namedProblems(graph.shapes(height: height, width: width))
  }
}

extension Variant {
  /// The network as it runs, without weights, one line per operation.
  package func graphLines(height: Int, width: Int, classCount: Int = 1000) -> [GraphLine] {
    let outline = Graph<Float>.outline(architecture, classCount: classCount)
    return Lowering(outline).lines(outline.shapes(height: height, width: width))
  }

  /// The problems that the kernels solve when the network runs; see `Lowering`.
  package func problems(height: Int, width: Int, classCount: Int = 1000) -> [NamedProblem] {
    let outline = Graph<Float>.outline(architecture, classCount: classCount)
    return Lowering(outline).namedProblems(outline.shapes(height: height, width: width))
  }

  /// The number of weights and biases of the folded network with 1000 classes.
  public var parameterCount: Int { Graph<Float>.outline(architecture).parameterCount }

  /// Multiply-adds for one image of `height` × `width` pixels, both from `smallestInputSize` up.
  public func multiplyAdds(height: Int, width: Int) -> Int {
    Graph<Float>.outline(architecture).cost(height: height, width: width).multiplyAdds
  }

  /// The part of the image's shorter side that Apple keeps for evaluation, and the part timm keeps.
  package var cropRatios: (apple: Double, timm: Double) {
    let preprocessing = architecture.preprocessing
    return (preprocessing.apple.cropRatio, preprocessing.timm.cropRatio)
  }
}
