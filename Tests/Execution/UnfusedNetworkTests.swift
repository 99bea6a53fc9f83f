import FastViTCatalogue
import FastViTOperations
import FastViTScheduler
import FastViTTestSupport
import Testing

@testable import FastViTExecution
@testable import FastViTNetwork

/// A network that no variant has: operations that no epilogue takes, and layer normalisation.
@Suite struct UnfusedNetworkTests {
  private static let graph: Graph<Float> = {
    var random = SeededGenerator(17)
    func weights(_ outputs: Int, _ each: Int) -> LayerWeights<Float> {
      LayerWeights(
        weights: random.floats(outputs * each, in: -0.5...0.5),
        bias: random.floats(outputs, in: -1...1))
    }
    let stride2 = ConvolutionGeometry(kernel: 3, stride: 2)
    let operations: [(any Operation, LayerWeights<Float>?)] = [
      (.convolution(stride2, outputChannels: 40), weights(40, 27)),
      (.activation(.gelu), nil),
      (.layerNormalisation(epsilonExponent: 6), weights(40, 1)),
      (.globalAveragePool, nil),
      (.activation(.gelu), nil),
      (.pointwise(outputChannels: 5), weights(5, 40)),
    ]
    let nodes = operations.enumerated().map { index, operation in
      Node(
        name: "node \(index)", operation: operation.0, inputs: [index], output: index + 1,
        weights: operation.1)
    }
    // The convolution's result is wanted too, so that GELU cannot be its epilogue.
    return Graph(
      architecture: Architecture.all[0], classCount: 5, nodes: nodes, stageOutputs: [1, 3],
      embedding: 5, logits: 6)
  }()

  private func plan(for set: InstructionSet) throws -> Plan {
    let lowering = Lowering(Self.graph)
    let shapes = Self.graph.shapes(height: 30, width: 46)
    let operations = try lowering.operations.map { operation in
      let chosen = try #require(
        operation.problem(shapes).chosen(on: set.included, in: .generated))
      let weights = Self.graph.nodes[operation.node].weights
      return PlannedOperation(
        lowered: operation,
        packed: chosen.pack(GivenWeights(weights?.weights ?? [], weights?.bias ?? []), into: nil))
    }
    return Plan(
      graph: Self.graph, lowering, operations, for: set, from: .generated,
      fusing: FusionRule.standard, choices: PlanChoices())
  }

  @Test func nothingIsAnEpilogue() {
    let operations = Lowering(Self.graph).operations
    #expect(operations.count == Self.graph.nodes.count)
    #expect(operations.allSatisfy { $0.epilogue == .bias })
  }

  @Test(arguments: InstructionSet.available, [1, 2, 3])
  func sameBitsAsTheInterpreter(set: InstructionSet, workers: Int) throws {
    var random = SeededGenerator(23)
    let plan = try plan(for: set)
    for (height, width) in [(30, 46), (1, 7)] {
      let image = random.floats(3 * height * width, in: -2...2)
      let expected = Interpreter(Self.graph, team: Team()).run(
        image.span, height: height, width: width, keepingStages: true)
      let found = Executor(plan, team: Team(workerCount: workers)).run(
        image.span, count: 1, height: height, width: width, keepingStages: true)[0]
      #expect(found.logits == expected.logits && found.embedding == expected.embedding)
      #expect(found.stages.map(\.values) == expected.stages.map(\.values))
    }
  }
}
