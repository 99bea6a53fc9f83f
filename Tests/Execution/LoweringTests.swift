import FastViTOperations
import Testing

@testable import FastViTExecution
@testable import FastViTNetwork

/// The operations and epilogues that the lowering makes from a graph.
@Suite struct LoweringTests {
  private func problems<Scalar>(
    _ graph: Graph<Scalar>, height: Int, width: Int
  ) -> [NamedProblem] {
    Lowering(graph).namedProblems(graph.shapes(height: height, width: width))
  }

  @Test(arguments: Architecture.all) func nothingIsLost(_ architecture: Architecture) {
    let graph = Graph<Float>.outline(architecture)
    let problems = self.problems(graph, height: 256, width: 224)
    let fused = problems.filter { $0.problem.epilogue != .bias }.map(\.count).reduce(0, +)
    #expect(problems.map(\.count).reduce(fused, +) == graph.nodes.count)
    #expect(Set(problems.map(\.problem)).count == problems.count)
    // Every activation function and every sum is the epilogue of another operation.
    for named in problems {
      #expect(named.problem.operation.asEpilogue == nil, "\(named)")
    }
    let pointwise = problems.filter { $0.problem.operation is Pointwise }
    let shapes = graph.shapes(height: 256, width: 224)
    let expected = graph.nodes.filter { $0.operation is Pointwise }
    #expect(
      pointwise.reduce(0) { $0 + $1.count * $1.problem.multiplyAdds }
        == expected.reduce(0) { $0 + $1.operation.multiplyAdds(on: shapes[$1.inputs[0]]) })
    // A line per operation, with the whole network's multiply-adds.
    let lines = Lowering(graph).lines(shapes)
    #expect(lines.count == problems.map(\.count).reduce(0, +))
    #expect(
      lines.map(\.cost.multiplyAdds).reduce(0, +)
        == graph.cost(height: 256, width: 224).multiplyAdds)
    #expect(lines.contains { $0.operation == "pointwise + residual" && $0.inputs.count == 2 })
  }

  /// The next operation becomes an epilogue where no other operation reads the feature map between the two.
  @Test func fusesWhatNothingElseReads() throws {
    let product: any Operation = .pointwise(outputChannels: 3)
    func epilogues(_ operations: [(any Operation, [Int])], kept: [Int] = []) throws -> [String] {
      let nodes = operations.enumerated().map { index, operation in
        Node<Float>(name: "n", operation: operation.0, inputs: operation.1, output: index + 1)
      }
      let last = nodes.count
      let graph = Graph(
        architecture: try #require(Architecture.named("t8")), classCount: 3, nodes: nodes,
        stageOutputs: kept, embedding: last, logits: last)
      return problems(graph, height: 2, width: 2).map { "\($0.count) \($0.problem.epilogue)" }
    }
    let gelu: any Operation = .activation(.gelu)
    #expect(try epilogues([(product, [0]), (gelu, [1])]) == ["1 gelu"])
    #expect(try epilogues([(product, [0]), (gelu, [1])], kept: [1]) == ["1 bias", "1 bias"])
    #expect(
      try epilogues([(product, [0]), (gelu, [1]), (Sum(), [2, 1])]) == [
        "1 bias", "1 bias", "1 bias",
      ])
    // A sum becomes the epilogue of the later one of its two products.
    #expect(
      try epilogues([(product, [0]), (product, [0]), (Sum(), [1, 2])]) == ["1 bias", "1 residual"])
  }

  @Test func problemsOfT8() throws {
    let architecture = try #require(Architecture.named("t8"))
    let lines = problems(Graph<Float>.outline(architecture), height: 256, width: 256).map {
      $0.description
    }
    #expect(lines[0] == "ic3ih256oc48oh128kh3sh2ph1n\"stem.0\"+gelu")
    #expect(lines.contains("ic144ih64oc48oh64kh1n\"stages.0.blocks.*.mlp.fc2\"+residual*2"))
    #expect(lines.contains("scale:ic768ih8n\"final_conv.se.scale\"+gelu"))
    #expect(lines.last == "ic768ih1oc1000oh1kh1n\"head.fc\"")
  }
}
