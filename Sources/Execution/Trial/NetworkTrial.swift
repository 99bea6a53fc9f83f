import FastViTNetwork
import FastViTOperations
import FastViTScheduler

/// Batches of images through a network, as sessions run them.
final class NetworkTrial: TrialWork {
  private let weights: FoldedWeights<Float>
  private let guide: PlanGuide
  private let plan: Plan
  private let team: Team
  private let batch: Int
  private let trace: Trace
  private let images: [Float]
  private let shapes: [FeatureShape]

  /// The problem of each operation of the plan.
  private let all: [OperationProblem]
  private let places: [OperationProblem: [Int]]
  let problems: [OperationProblem]

  /// The memory of the last run, which the next run uses again.
  private var memory: [AlignedBuffer] = []

  /// See `TrialRunner`.
  init(
    _ weights: FoldedWeights<Float>, for instructionSet: InstructionSet, guide: PlanGuide,
    catalogue: KernelCatalogue, precision: Precision, batch: Int, choices: PlanChoices, team: Team
  ) throws(NetworkError) {
    precondition(team.workerCount == guide.workers && batch > 0)
    self.weights = weights
    self.guide = guide
    self.team = team
    self.batch = batch
    plan = try team.run { crew throws(NetworkError) in
      try Plan(
        weights, for: instructionSet, precision: precision, from: catalogue, choices: choices,
        guide: guide, on: crew)
    }
    trace = Trace(workers: team.workerCount)
    // Values in the range of normalised images; the values do not change how long a run takes.
    let imageSize = plan.graph.inputChannels * guide.height * guide.width
    images = (0..<batch * imageSize).map { Float($0 % 251) / 63 - 2 }
    let shapes = plan.graph.shapes(height: guide.height, width: guide.width)
    self.shapes = shapes
    let all = plan.lowering.problems(shapes)
    self.all = all
    places = Dictionary(grouping: all.indices) { all[$0] }
    problems = all.distinct
  }

  /// Images that are each run by a single worker.
  private var separate: Int {
    BatchSchedule.auto.separateImages(batch, workers: guide.workers)
  }

  var crews: [Int] {
    (separate > 0 ? [1] : []) + (batch > separate ? [guide.workers] : [])
  }

  func share(ofCrew workers: Int) -> Double {
    let own = Double(separate) / Double(batch)
    return separate > 0 && workers == 1 ? own : 1 - own
  }

  func standard(_ problem: OperationProblem) -> [any PackedOperation] {
    places[problem, default: []].map { plan.operations[$0].packed }
  }

  func pack(
    _ choice: any ChosenKernels, for problem: OperationProblem
  ) throws(NetworkError) -> [any PackedOperation] {
    let nodes = places[problem, default: []].map { plan.operations[$0].lowered.node }
    return try team.run { crew throws(NetworkError) in
      try Plan.map(nodes, on: crew) { [weights] _, node throws(NetworkError) in
        try choice.pack(NodeWeights(folded: weights, node: node), into: nil)
      }
    }
  }

  func chains(_ rules: [FusionRule]) -> [[OperationProblem]] {
    var chains: [[OperationProblem]] = []
    for index in plan.operations.indices {
      for rule in FusionRule.allCases where rules.contains(rule) {
        if let chain = plan.lowering.chain(at: index, by: rule) { chains.append(Array(all[chain])) }
      }
    }
    return chains.distinct
  }

  func singles(_ choices: PlanChoices, workers: Int) -> [OperationProblem] {
    let plan = with(plan.operations, choices)
    return plan.groups(shapes: shapes, workers: workers).filter { $0.count == 1 }
      .map { all[$0.lowerBound] }.distinct
  }

  /// Runs the batch twice, and times the second run: the first leaves operands in the caches as many runs
  /// would.
  func run(
    _ choices: PlanChoices, _ packed: [OperationProblem: [any PackedOperation]]
  ) -> TrialTimes {
    var operations = plan.operations
    for (problem, works) in packed {
      for (place, work) in zip(places[problem, default: []], works) {
        operations[place] = operations[place].with(work)
      }
    }
    let pool = RunPool(with(operations, choices), reusing: memory)
    images.withUnsafeBytes { pixels in
      guard let start = pixels.baseAddress else { preconditionFailure("an image has pixels") }
      let images = ImagePlaces(start, shapes[0], .nchw)
      team.run { crew in
        for trace in [nil, trace] {
          trace?.clear()
          let job = Batch.Job(
            images: images, count: batch, height: guide.height, width: guide.width,
            schedule: .auto, trace: trace, isOver: nil, destination: .nowhere)
          Batch(pool).run(job, on: crew)
        }
      }
    }
    memory = pool.memory
    let runs = (0..<batch).map { TrialTimes.Pass(workers: $0 < separate ? 1 : guide.workers) }
    return TrialTimes(
      trace.events, runs.map { $0.with(pool.steps(workers: $0.workers) ?? []) }, problems: all)
  }

  /// The plan with other operations and choices.
  private func with(_ operations: [PlannedOperation], _ choices: PlanChoices) -> Plan {
    Plan(
      graph: plan.graph, plan.lowering, operations, for: plan.instructionSet,
      from: plan.catalogue, fusing: plan.rules, choices: plan.choices.merging(choices))
  }
}
