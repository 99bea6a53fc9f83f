import FastViTCatalogue
import FastViTNetwork
import FastViTOperations
import FastViTScheduler
import FastViTTestSupport
import Testing

@testable import FastViTExecution

/// A network whose products are computed in another precision than single.
@Suite struct PrecisionTests {
  private static let catalogue = KernelCatalogue.generated.adding(PointwiseKernel.plainBFloat16)

  @Test(arguments: ["t8", "sa12"]) func sameBitsAsTheInterpreter(name: String) throws {
    let parameters = NetworkParameters(
      try #require(Architecture.named(name)), form: SyntheticWeights.form, classCount: 10)
    let source = SyntheticWeights(seed: 3)
    let weights = FoldedWeights<Float>(parameters, from: source)
    let image = source.image(batch: 1, height: 32, width: 32)
    let graph = try Graph<Float>(parameters, from: source)
    // With the kernels of all sets that this machine has, among which those of the portable set are found.
    let plan = try Plan(weights, for: .best, precision: .bf16, from: Self.catalogue)
    let products = plan.operations.filter { $0.operation is Pointwise }
    #expect(products.allSatisfy { $0.lowered.precision == .bf16 && !$0.kernels.isEmpty })
    #expect(products.allSatisfy { $0.kernels[0].hasPrefix("pointwise_bf16_") })
    let others = plan.operations.filter { !($0.operation is Pointwise) }
    #expect(others.allSatisfy { $0.lowered.precision == .f32 })
    func interpreted(_ precisions: [Precision]?) -> [Float] {
      Interpreter(graph, precisions: precisions, team: Team())
        .run(image.span, height: 32, width: 32).logits
    }
    for workers in [1, 3] {
      let found = Executor(plan, team: Team(workerCount: workers))
        .run(image.span, count: 1, height: 32, width: 32)[0].logits
      #expect(found == interpreted(plan.lowering.nodePrecisions))
      #expect(found != interpreted(nil))
    }
  }

  /// What no kernel computes in the precision stays in single precision.
  @Test func withoutKernelsThePlanIsInSinglePrecision() throws {
    let parameters = NetworkParameters(
      try #require(Architecture.named("t8")), form: SyntheticWeights.form, classCount: 10)
    let weights = FoldedWeights<Float>(parameters, from: SyntheticWeights(seed: 3))
    let plan = try Plan(weights, for: .portable, precision: .bf16)
    #expect(plan.operations.allSatisfy { $0.lowered.precision == .f32 })
  }
}
