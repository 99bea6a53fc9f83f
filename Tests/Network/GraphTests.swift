import KernelContract
import Testing

@testable import Network

@Suite struct GraphTests {
  /// Millions of multiply-adds at 256×256, computed by timm's authors' counting (see the paper's
  /// table 1 for the rounded figures).
  @Test(arguments: [
    ("t8", 685.2), ("t12", 1390.9), ("s12", 1793.6), ("sa12", 1937.2), ("sa24", 3762.1),
    ("sa36", 5586.9), ("ma36", 7814.9),
  ]) func multiplyAdds(name: String, expected: Double) throws {
    let graph = Graph<Float>.outline(try #require(Architecture.named(name)))
    let millions = Double(graph.cost(height: 256, width: 256).multiplyAdds) / 1e6
    #expect((millions - expected).magnitude < 0.051)
  }

  /// What is listed follows from the shapes, and the whole network's cost is the sum.
  @Test func linesHaveTheirShapesAndCosts() throws {
    let graph = Graph<Float>.outline(try #require(Architecture.named("t8")))
    let lines = graph.lines(height: 64, width: 96)
    func line(_ name: String) throws -> GraphLine { try #require(lines.first { $0.name == name }) }
    let stem = try line("stem.0")
    #expect(stem.operation == "convolution 3×3 s2")
    #expect(stem.inputShape == FeatureShape(height: 64, width: 96, channels: 3))
    #expect(stem.outputShape == FeatureShape(height: 32, width: 48, channels: 48))
    let picture = stem.inputShape.elements + stem.outputShape.elements
    #expect(stem.cost.weightBytes == 4 * 48 * 28)
    #expect(stem.cost.activationBytes == 4 * picture)
    #expect(try line("stem.1").operation == "depthwise 3×3 s2")
    let large = try line("stages.1.downsample.proj.0")
    #expect(large.operation == "depthwise 7×7 s2 ×2")
    #expect(large.cost.weightBytes == 4 * 96 * 50)
    let expansion = try line("stages.0.blocks.0.mlp.fc1")
    #expect(expansion.cost.weightBytes == 4 * 144 * 49)
    let sum = try line("stages.0.blocks.0.mlp.add")
    #expect(sum.cost.activationBytes == 12 * sum.outputShape.elements)
    let total = graph.cost(height: 64, width: 96)
    #expect(total.weightBytes == lines.map(\.cost.weightBytes).reduce(0, +))
    #expect(total.activationBytes == lines.map(\.cost.activationBytes).reduce(0, +))
    #expect(total.weightBytes == 4 * graph.parameterCount)
  }

  @Test(arguments: [(32, 32), (33, 64), (250, 231), (192, 320), (256, 256)])
  func shapesFollowTheInput(height: Int, width: Int) throws {
    let graph = Graph<Float>.outline(try #require(Architecture.named("ma36")), classCount: 10)
    let shapes = graph.shapes(height: height, width: width)
    func halved(_ extent: Int, times: Int) -> Int {
      (0..<times).reduce(extent) { extent, _ in (extent + 1) / 2 }
    }
    for (stage, value) in graph.stageOutputs.enumerated() {
      let expected = FeatureShape(
        height: halved(height, times: stage + 2), width: halved(width, times: stage + 2),
        channels: 76 << stage)
      #expect(shapes[value] == expected)
    }
    #expect(shapes[graph.embedding] == FeatureShape(height: 1, width: 1, channels: 1216))
    #expect(shapes[graph.logits] == FeatureShape(height: 1, width: 1, channels: 10))
  }

  @Test(arguments: Architecture.all) func valuesAreInTopologicalOrder(architecture: Architecture) {
    let graph = Graph<Float>.outline(architecture)
    for (index, node) in graph.nodes.enumerated() {
      #expect(node.output == index + 1)
      #expect(node.inputs.allSatisfy { 0..<node.output ~= $0 })
    }
    #expect(Set(graph.nodes.map(\.name)).count == graph.nodes.count)
  }

  /// Stage outputs are those of blocks, not of the positional encoding in front of attention.
  @Test func lastStageOutputIsTheLastBlocks() throws {
    let graph = Graph<Float>.outline(try #require(Architecture.named("sa12")))
    let names = graph.stageOutputs.map { graph.nodes[$0 - 1].name }
    #expect(names == [0, 1, 2, 3].map { "stages.\($0).blocks.\($0 == 2 ? 5 : 1).mlp.add" })
  }

  /// The patch embedding's 7×7 feeds its pointwise convolution directly.
  @Test func noActivationAfterTheLargeKernel() throws {
    let graph = Graph<Float>.outline(try #require(Architecture.named("t8")))
    for stage in 1...3 {
      let name = "stages.\(stage).downsample.proj"
      let large = try #require(graph.nodes.firstIndex { $0.name == name + ".0" })
      #expect(graph.nodes[large + 1].name == name + ".1")
      #expect(graph.nodes[large + 1].inputs == [graph.nodes[large].output])
    }
  }
}
