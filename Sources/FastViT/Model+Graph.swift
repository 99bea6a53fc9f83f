import KernelContract
import Network

/// One operation of a folded network, ready to print.
package typealias GraphLine = Network.GraphLine

extension Model {
  /// The folded network, one line an operation, for pictures of `height` × `width` pixels.
  package func graphLines(height: Int, width: Int) -> [GraphLine] {
    graph.lines(height: height, width: width)
  }

  /// What running the network asks of the kernels; see `Graph.problems`.
  package func problems(height: Int, width: Int) -> [NamedProblem] {
    graph.problems(height: height, width: width)
  }
}

extension Variant {
  /// The folded network without weights, one line an operation.
  package func graphLines(height: Int, width: Int, classCount: Int = 1000) -> [GraphLine] {
    Graph<Float>.outline(architecture, classCount: classCount)
      .lines(height: height, width: width)
  }

  /// What running the network asks of the kernels; see `Graph.problems`.
  package func problems(height: Int, width: Int, classCount: Int = 1000) -> [NamedProblem] {
    Graph<Float>.outline(architecture, classCount: classCount)
      .problems(height: height, width: width)
  }

  /// Weights and biases of the folded network with 1000 classes.
  public var parameterCount: Int { Graph<Float>.outline(architecture).parameterCount }

  /// Multiply-adds for one picture of `height` × `width` pixels, both from `Session.smallestInputSize`
  /// up.
  public func multiplyAdds(height: Int, width: Int) -> Int {
    Graph<Float>.outline(architecture).cost(height: height, width: width).multiplyAdds
  }

  /// The part of the picture's shorter side that Apple keeps for evaluation, and the part timm keeps.
  package var cropRatios: (apple: Double, timm: Double) {
    (architecture.cropRatio.apple, architecture.cropRatio.timm)
  }
}
