import FastViTCatalogue
import FastViTNetwork
import FastViTOperations
import FastViTScheduler
import FastViTTestSupport
import Testing

@testable import FastViTExecution

/// Choices change how fast a plan runs, and nothing else.
@Suite struct PlanChoicesTests {
  private static func weights(_ name: String) throws -> FoldedWeights<Float> {
    let parameters = NetworkParameters(
      try #require(Architecture.named(name)), form: SyntheticWeights.form, classCount: 7)
    return FoldedWeights(parameters, from: SyntheticWeights(seed: 3))
  }

  private func bits(_ results: [Results<Float>]) -> [[UInt32]] {
    results.flatMap { [$0.logits, $0.embedding] + $0.stages.map(\.values) }
      .map { $0.map(\.bitPattern) }
  }

  /// Random kernels for every operation, and a random way to cut every chain and every single operation.
  private func randomChoices(
    _ plan: Plan, _ guide: PlanGuide, _ random: inout SeededGenerator
  ) throws -> PlanChoices {
    var choices = PlanChoices()
    let shapes = plan.graph.shapes(height: guide.height, width: guide.width)
    func key(_ group: Range<Int>) -> PlanChoices.Key {
      plan.key(of: group, shapes: shapes, workers: guide.workers)
    }
    for index in plan.operations.indices {
      let single = key(index..<index + 1)
      let kernels = PlanChoices.kernelCandidates(
        for: single.operations[0], on: plan.instructionSet, all: true)
      try choices.choose(
        kernels: try #require(kernels.randomElement(using: &random)), for: single)
      let lengths = FusionRule.allCases.compactMap {
        plan.lowering.chain(at: index, by: $0)?.count
      }
      for length in [1] + lengths {
        let key = key(index..<index + length)
        let steps = PlanChoices.stepCandidates(
          for: key.operations, workers: guide.workers, all: true)
        try choices.choose(try #require(steps.randomElement(using: &random)), for: key)
      }
    }
    return choices
  }

  /// Kernels of an included set are named only where the set itself has none: neighbours share channels by
  /// vectors of one length.
  @Test func kernelsOfAnotherSetAreRefused() throws {
    let problem = try NamedProblem(parsing: "g48ic48ih8oc48kh7ph3").problem
    for set in InstructionSet.available {
      let key = PlanChoices.Key([problem], on: set, workers: 2)
      let own = PlanChoices.kernelCandidates(for: problem, on: set, all: true)
      for other in InstructionSet.available where other != set {
        for names in PlanChoices.kernelCandidates(for: problem, on: other, all: true)
        where !own.contains(names) {
          var choices = PlanChoices()
          #expect(throws: ChoiceError.self) { try choices.choose(kernels: names, for: key) }
        }
      }
    }
  }

  @Test(arguments: [("t8", 100, 36), ("t8", 33, 161), ("sa12", 130, 97)], [1, 2, 3, 7])
  func randomChoicesChangeNoBit(network: (String, Int, Int), workers: Int) throws {
    let (name, height, width) = network
    let weights = try Self.weights(name)
    let guide = PlanGuide(height: height, width: width, workers: workers)
    let team = Team(workerCount: workers)
    var random = SeededGenerator(UInt64(height * workers))
    let image = random.floats(3 * height * width, in: -2...2)
    func run(_ plan: Plan) -> [[UInt32]] {
      bits(
        Executor(plan, team: team).run(
          image.span, count: 1, height: height, width: width, keepingStages: true))
    }
    let standard = try Plan(weights, for: InstructionSet.best)
    let expected = run(standard)
    for _ in 0..<3 {
      let choices = try randomChoices(standard, guide, &random)
      let plan = try Plan(weights, for: InstructionSet.best, choices: choices, guide: guide)
      let same = run(plan) == expected
      #expect(same)
      #expect(plan.operations.map(\.kernels) != standard.operations.map(\.kernels))
    }
  }

  /// Choices decide kernels and steps, but only for their own image size and number of workers.
  @Test func choicesAreFollowed() throws {
    let weights = try Self.weights("t8")
    let standard = try Plan(weights, for: InstructionSet.best)
    let guide = PlanGuide(height: 256, width: 256, workers: 2)
    let shapes = standard.graph.shapes(height: 256, width: 256)
    var choices = PlanChoices()
    let stem = standard.key(of: 0..<3, shapes: shapes, workers: 2)
    try choices.choose(StepChoice(isFused: false), for: stem)
    let plan = try Plan(weights, for: InstructionSet.best, choices: choices, guide: guide)
    #expect(plan.groups(shapes: shapes, workers: 2).first == 0..<1)
    #expect(plan.groups(shapes: shapes, workers: 3).first == 0..<3)
    let small = plan.graph.shapes(height: 64, width: 64)
    #expect(plan.groups(shapes: small, workers: 2).first == 0..<3)
    try choices.choose(
      StepChoice(isFused: true, sharing: .rows, bandRows: 6, tasksPerWorker: 5), for: stem)
    let cut = try Plan(weights, for: InstructionSet.best, choices: choices, guide: guide)
    #expect(cut.stepListings(height: 256, width: 256, workers: 2)[0].taskCount == 10)
  }

  /// Later choices replace earlier ones of the same key, and no others.
  @Test func othersWin() throws {
    func choices(_ panels: Int, _ tiles: Int, for problem: OperationProblem) throws -> PlanChoices {
      var choices = PlanChoices()
      let key = PlanChoices.Key([problem], on: .portable, workers: 2)
      let name = problem.epilogue == .gelu ? "pointwise_f32_4x2v_gelu" : "pointwise_f32_4x2v_bias"
      try choices.choose(
        kernels: Array(repeating: name + "*\(panels)", count: 6 / panels), for: key)
      try choices.choose(StepChoice(tasksPerWorker: tiles), for: key)
      return choices
    }
    let other = OperationProblem(.pointwise(outputChannels: 96), on: Self.product.input)
    let merged = try choices(6, 1, for: Self.product).merging(choices(6, 4, for: other))
      .merging(choices(3, 2, for: Self.product))
    for (problem, panels, tiles) in [(Self.product, 3, 2), (other, 6, 4)] {
      let key = PlanChoices.Key([problem], on: .portable, workers: 2)
      #expect(merged.step(for: key)?.tasksPerWorker == tiles)
      #expect(merged.kernels(for: key)?.names.count == 6 / panels)
    }
  }

  private static let product = OperationProblem(
    .pointwise(outputChannels: 96), on: FeatureShape(height: 8, width: 8, channels: 48),
    epilogue: .gelu)
  private static let window = OperationProblem(
    .depthwise(ConvolutionGeometry(kernel: 7, stride: 1), multiplier: 1),
    on: FeatureShape(height: 8, width: 8, channels: 48))

  @Test(arguments: [
    [], ["pointwise_f32_4x2v_gelu"], ["pointwise_f32_4x2v_gelu*5"], ["pointwise_f32_4x2v*6"],
    ["pointwise_f32_4x2v_gelu*6", "pointwise_f32_4x2v_gelu*6"], ["none*6"],
    ["pointwise_f32_4x2v_gelu*0"], ["pointwise_f32_4x2v_gelu*99999999999999999999"],
    ["pointwise_f32_4x2v_gelu*4611686018427387904"],
    ["pointwise_f32_4x2v_gelu*-6"], ["pointwise_f32_4x2v_gelu*6*1"],
    ["depthwise7x7s1_f32_1x1v"], Array(repeating: "pointwise_f32_4x2v_gelu", count: 6),
  ]) func kernelsThatDoNotFitAreRefused(names: [String]) {
    var choices = PlanChoices()
    let key = PlanChoices.Key([Self.product], on: .portable, workers: 2)
    #expect(throws: ChoiceError.self) { try choices.choose(kernels: names, for: key) }
    #expect(choices.isEmpty)
    #expect(throws: Never.self) {
      try choices.choose(kernels: ["pointwise_f32_4x2v_gelu*6"], for: key)
    }
  }

  /// A feed-forward block.
  private static let chain = [
    window, OperationProblem(.pointwise(outputChannels: 96), on: window.output, epilogue: .gelu),
    OperationProblem(
      .pointwise(outputChannels: 48), on: window.output.with(channels: 96), epilogue: .residual),
  ]

  @Test(arguments: [
    ([], StepChoice()), ([product, window], StepChoice(isFused: true)),
    ([product], StepChoice(isFused: true)), ([product], StepChoice(sharing: .rows)),
    ([product], StepChoice(tasksPerWorker: 0)), ([product], StepChoice(tasksPerWorker: 65)),
    ([window], StepChoice(bandRows: 2)),
    ([window, product, product], StepChoice(isFused: true)),
    ([OperationProblem(.globalAveragePool, on: product.input)], StepChoice(tasksPerWorker: 1)),
    (chain, StepChoice(isFused: true, sharing: .rows, bandRows: 0)),
    (chain, StepChoice(isFused: true, sharing: .rows, bandRows: 1)),
    (chain, StepChoice(isFused: true, sharing: .rows, bandRows: 9)),
    (chain, StepChoice(isFused: true, sharing: .channels, bandRows: 4)),
    (chain, StepChoice(isFused: true, bandRows: 4)), (chain, StepChoice(sharing: .rows)),
    (chain, StepChoice(isFused: false, tasksPerWorker: 2)),
    ([window, chain[1], chain[1]], StepChoice(isFused: true)),
  ]) func cutsThatDoNotFitAreRefused(problems: [OperationProblem], step: StepChoice) {
    var choices = PlanChoices()
    #expect(throws: ChoiceError.self) {
      try choices.choose(step, for: PlanChoices.Key(problems, on: .portable, workers: 2))
    }
    #expect(choices.isEmpty)
  }

  @Test(arguments: [
    StepChoice(), StepChoice(isFused: false), StepChoice(isFused: true, sharing: .channels),
    StepChoice(isFused: true, sharing: .rows, bandRows: 2),
    StepChoice(isFused: true, sharing: .rows, bandRows: 8, tasksPerWorker: 64),
  ]) func cutsThatFitAreTaken(step: StepChoice) throws {
    try step.check(for: Self.chain)
  }
}
