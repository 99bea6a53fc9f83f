import FastViTOperations
import Testing

@testable import FastViTNetwork

@Suite struct GraphTests {
  /// Millions of multiply-adds at 256×256, counted as timm's authors do (see the paper's table 1 for the
  /// rounded figures): with the taps in the padding. Ours are without, by another way of counting.
  @Test(arguments: [
    ("t8", 685.2), ("t12", 1390.9), ("s12", 1793.6), ("sa12", 1937.2), ("sa24", 3762.1),
    ("sa36", 5586.9), ("ma36", 7814.9),
  ]) func multiplyAdds(name: String, expected: Double) throws {
    let graph = Graph<Float>.outline(try #require(Architecture.named(name)))
    let shapes = graph.shapes(height: 256, width: 256)
    var (padded, outside) = (0, 0)
    for node in graph.nodes {
      let (input, output) = (shapes[node.inputs[0]], shapes[node.output])
      let (geometry, factor): (ConvolutionGeometry, Int)
      switch node.operation {
      case let depthwise as Depthwise: (geometry, factor) = (depthwise.geometry, 1)
      case let stem as StemConvolution: (geometry, factor) = (stem.geometry, input.channels)
      default:
        padded += node.operation.multiplyAdds(on: input)
        continue
      }
      padded += output.elements * geometry.taps * factor
      outside += taps(outside: input, geometry) * output.channels * factor
    }
    #expect((Double(padded) / 1e6 - expected).magnitude < 0.051)
    #expect(graph.cost(height: 256, width: 256).multiplyAdds == padded - outside)
  }

  /// Taps in the padding over all output pixels of one channel.
  private func taps(outside shape: FeatureShape, _ geometry: ConvolutionGeometry) -> Int {
    var count = 0
    for y in stride(from: 0, to: shape.height, by: geometry.stride) {
      for x in stride(from: 0, to: shape.width, by: geometry.stride) {
        for tap in 0..<geometry.taps {
          let row = y + tap / geometry.kernel - geometry.padding
          let column = x + tap % geometry.kernel - geometry.padding
          if !(0..<shape.height ~= row && 0..<shape.width ~= column) { count += 1 }
        }
      }
    }
    return count
  }

  /// Costs follow from the shapes, and the whole network's cost is the sum.
  @Test func costsFollowFromTheShapes() throws {
    let graph = Graph<Float>.outline(try #require(Architecture.named("t8")))
    let shapes = graph.shapes(height: 64, width: 96)
    func cost(_ node: Node<Float>) -> OperationCost {
      OperationCost(OperationProblem(node.operation, on: shapes[node.inputs[0]]))
    }
    func node(_ name: String) throws -> Node<Float> {
      try #require(graph.nodes.first { $0.name == name })
    }
    let stem = try node("stem.0")
    #expect(stem.operation.summary == "convolution 3×3 s2")
    #expect(shapes[0] == FeatureShape(height: 64, width: 96, channels: 3))
    #expect(shapes[stem.output] == FeatureShape(height: 32, width: 48, channels: 48))
    #expect(cost(stem).weightBytes == 4 * 48 * 28)
    #expect(cost(stem).activationBytes == 4 * (shapes[0].elements + shapes[stem.output].elements))
    #expect(try node("stem.1").operation.summary == "depthwise 3×3 s2")
    let large = try node("stages.1.downsample.proj.0")
    #expect(large.operation.summary == "depthwise 7×7 s2 ×2")
    #expect(cost(large).weightBytes == 4 * 96 * 50)
    #expect(cost(try node("stages.0.blocks.0.mlp.fc1")).weightBytes == 4 * 144 * 49)
    let sum = try node("stages.0.blocks.0.mlp.add")
    #expect(cost(sum).activationBytes == 12 * shapes[sum.output].elements)
    let total = graph.cost(height: 64, width: 96)
    #expect(total.weightBytes == graph.nodes.map { cost($0).weightBytes }.reduce(0, +))
    #expect(total.activationBytes == graph.nodes.map { cost($0).activationBytes }.reduce(0, +))
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

  /// Stage outputs are those of blocks, not of the positional encoding before attention.
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
