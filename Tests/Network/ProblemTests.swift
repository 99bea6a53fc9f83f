import KernelContract
import Testing

@testable import Network

/// What a graph asks of the kernels.
@Suite struct ProblemTests {
  @Test(arguments: Architecture.all) func nothingIsLost(_ architecture: Architecture) {
    let graph = Graph<Float>.outline(architecture)
    let problems = graph.problems(height: 256, width: 224)
    let fused = problems.filter { $0.problem.epilogue != .bias }.map(\.count).reduce(0, +)
    #expect(problems.map(\.count).reduce(fused, +) == graph.nodes.count)
    #expect(Set(problems.map(\.problem)).count == problems.count)
    // No activation and no sum is left that would need a pass of its own.
    for named in problems {
      switch named.problem.operation {
      case .activation, .add: Issue.record("\(named)")
      default: break
      }
    }
    let pointwise = problems.filter {
      if case .pointwise = $0.problem.operation { true } else { false }
    }
    let expected = graph.lines(height: 256, width: 224).filter { $0.operation == "pointwise" }
    #expect(
      pointwise.reduce(0) { $0 + $1.count * $1.problem.multiplyAdds }
        == expected.reduce(0) { $0 + $1.cost.multiplyAdds })
  }

  /// An operation ends with the next one where nobody else wants what lies between.
  @Test func fusesWhatNobodyElseReads() throws {
    let geometry = ConvolutionGeometry(kernel: 1, stride: 1)
    let product = Operation<Float>.pointwise(
      ConvolutionWeights(
        geometry: geometry, inputChannels: 3, outputChannels: 3, weights: [], bias: []))
    func epilogues(_ operations: [(Operation<Float>, [Int])], kept: [Int] = []) throws -> [String] {
      let nodes = operations.enumerated().map { index, operation in
        Node(name: "n", operation: operation.0, inputs: operation.1, output: index + 1)
      }
      let last = nodes.count
      let graph = Graph(
        architecture: try #require(Architecture.named("t8")), classCount: 3, nodes: nodes,
        stageOutputs: kept, embedding: last, logits: last)
      return graph.problems(height: 2, width: 2).map { "\($0.count) \($0.problem.epilogue)" }
    }
    let gelu = Operation<Float>.activation(.gelu)
    #expect(try epilogues([(product, [0]), (gelu, [1])]) == ["1 gelu"])
    #expect(try epilogues([(product, [0]), (gelu, [1])], kept: [1]) == ["1 bias", "1 bias"])
    #expect(
      try epilogues([(product, [0]), (gelu, [1]), (.add, [2, 1])]) == [
        "1 bias", "1 bias", "1 bias",
      ])
    // A sum is the later product's.
    #expect(
      try epilogues([(product, [0]), (product, [0]), (.add, [1, 2])]) == ["1 bias", "1 residual"])
  }

  @Test func problemsOfT8() throws {
    let architecture = try #require(Architecture.named("t8"))
    let lines = Graph<Float>.outline(architecture).problems(height: 256, width: 256).map {
      $0.description
    }
    #expect(lines[0] == "ic3ih256oc48oh128kh3sh2ph1n\"stem.0\"+gelu")
    #expect(lines.contains("ic144ih64oc48oh64kh1n\"stages.0.blocks.*.mlp.fc2\"+residual*2"))
    #expect(lines.contains("scale:ic768ih8n\"final_conv.se.scale\"+gelu"))
    #expect(lines.last == "ic768ih1oc1000oh1kh1n\"head.fc\"")
  }
}
