import KernelContract
import Network
import Scheduler

/// Batches of pictures through a network, as sessions run them.
final class NetworkTrial: TrialWork {
  private let weights: FoldedWeights<Float>
  private let guide: PlanGuide
  private let plan: Plan
  private let team: Team
  private let batch: Int
  private let trace: Trace
  private let pictures: [Float]
  /// Values of one.
  private let pictureSize: Int
  private let shapes: [FeatureShape]

  /// What each operation of the plan asks for.
  private let all: [OperationProblem]
  private let places: [OperationProblem: [Int]]
  let problems: [OperationProblem]

  /// Of the last run, for the next one.
  private var memory: [AlignedBuffer] = []

  /// See `TrialRunner`.
  init(
    _ weights: FoldedWeights<Float>, for instructionSet: InstructionSet, guide: PlanGuide,
    batch: Int, choices: PlanChoices, team: Team
  ) throws(NetworkError) {
    precondition(team.workerCount == guide.workers && batch > 0)
    self.weights = weights
    self.guide = guide
    self.team = team
    self.batch = batch
    plan = try team.run { crew throws(NetworkError) in
      try Plan(weights, for: instructionSet, choices: choices, guide: guide, on: crew)
    }
    trace = Trace(workers: team.workerCount)
    // Values like those of normalised pictures; which they are does not change how long a run takes.
    pictureSize = Graph<Float>.inputChannels * guide.height * guide.width
    pictures = (0..<batch * pictureSize).map { Float($0 % 251) / 63 - 2 }
    let shapes = plan.graph.shapes(height: guide.height, width: guide.width)
    self.shapes = shapes
    let all = plan.operations.map { $0.problem(on: shapes[$0.input]) }
    self.all = all
    places = Dictionary(grouping: all.indices) { all[$0] }
    problems = all.distinct
  }

  /// Pictures that one worker has for itself.
  private var separate: Int {
    BatchSchedule.auto.separatePictures(batch, workers: guide.workers)
  }

  var crews: [Int] {
    (separate > 0 ? [1] : []) + (batch > separate ? [guide.workers] : [])
  }

  func share(ofCrew workers: Int) -> Double {
    let own = Double(separate) / Double(batch)
    return separate > 0 && workers == 1 ? own : 1 - own
  }

  func standard(_ problem: OperationProblem) -> [PlannedOperation.Work] {
    places[problem, default: []].map { plan.operations[$0].work }
  }

  func pack(
    _ choice: ChosenKernels, for problem: OperationProblem
  ) throws(NetworkError) -> [PlannedOperation.Work] {
    let nodes = places[problem, default: []].map { plan.operations[$0].node }
    return try team.run { crew throws(NetworkError) in
      try Plan.map(nodes, on: crew) { [weights] node throws(NetworkError) in
        try PlannedOperation.Work(choice, NodeWeights(folded: weights, node: node), into: nil)
      }
    }
  }

  func chains(_ rules: [FusionRule]) -> [[OperationProblem]] {
    var chains: [[OperationProblem]] = []
    for index in plan.operations.indices {
      for rule in FusionRule.allCases where rules.contains(rule) {
        guard let length = rule.length(at: index, of: plan.operations),
          plan.isChain(index..<index + length)
        else { continue }
        chains.append(Array(all[index..<index + length]))
      }
    }
    return chains.distinct
  }

  func singles(_ choices: PlanChoices, workers: Int) -> [OperationProblem] {
    let plan = with(plan.operations, choices)
    return plan.groups(shapes: shapes, workers: workers).filter { $0.count == 1 }
      .map { all[$0.lowerBound] }.distinct
  }

  /// Runs the batch twice, so that operands are where they would be after many runs, and times the
  /// second.
  func run(
    _ choices: PlanChoices, _ packed: [OperationProblem: [PlannedOperation.Work]]
  ) -> TrialTimes {
    var operations = plan.operations
    for (problem, works) in packed {
      for (place, work) in zip(places[problem, default: []], works) {
        operations[place] = operations[place].with(work)
      }
    }
    let pool = RunPool(with(operations, choices), reusing: memory)
    pictures.withUnsafeBufferPointer { pixels in
      guard let start = pixels.baseAddress else { preconditionFailure("a picture has pixels") }
      let pictures = Pictures(start: start, size: pictureSize)
      team.run { crew in
        for trace in [nil, trace] {
          trace?.clear()
          let job = Batch.Job(
            pictures: pictures, count: batch, height: guide.height, width: guide.width,
            schedule: .auto, trace: trace, isOver: nil, destination: .nowhere)
          Batch(pool).run(job, on: crew)
        }
      }
    }
    memory = pool.memory
    let runs = (0..<batch).map { TrialTimes.Run(workers: $0 < separate ? 1 : guide.workers) }
    return TrialTimes(
      trace.events, runs.map { $0.with(pool.steps(workers: $0.workers) ?? []) }, problems: all)
  }

  /// The plan with other operations and choices.
  private func with(_ operations: [PlannedOperation], _ choices: PlanChoices) -> Plan {
    Plan(
      graph: plan.graph, operations, for: plan.instructionSet, fusing: plan.rules,
      choices: plan.choices.merging(choices))
  }
}
