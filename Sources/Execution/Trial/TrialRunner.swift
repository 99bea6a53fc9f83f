import KernelCatalog
import KernelContract
import Network
import Scheduler

/// Runs one network over and over, each time with other choices, and says how long its parts took: in
/// place, with their real neighbours, the state of the caches that these leave, and all workers busy.
///
/// Kernels are packed ahead, so that a run costs little more than itself. For one thread at a time.
package final class TrialRunner {
  package let guide: PlanGuide
  package let instructionSet: InstructionSet

  private let weights: FoldedWeights<Float>
  private let plan: Plan
  private let team: Team
  private let trace: Trace
  private let picture: [Float]
  private let shapes: [FeatureShape]
  private var arena: AlignedBuffer?

  /// What each operation of the plan asks for.
  private let problems: [OperationProblem]

  /// The packed operations of each problem by the names of their kernels, in the order of the plan.
  private var works: [OperationProblem: [[String]: [PlannedOperation.Work]]] = [:]

  /// The network of `weights` on pictures as in `guide`.
  ///
  /// - Parameters:
  ///   - choices: what counts as the default, with the rules for all that it leaves open.
  ///   - team: of `guide.workers` workers.
  /// - Throws: what folding throws.
  package init(
    _ weights: FoldedWeights<Float>, for instructionSet: InstructionSet, guide: PlanGuide,
    choices: PlanChoices = PlanChoices(), team: Team
  ) throws(NetworkError) {
    precondition(team.workerCount == guide.workers)
    self.weights = weights
    self.guide = guide
    self.instructionSet = instructionSet
    self.team = team
    plan = try Plan(weights, for: instructionSet, choices: choices, guide: guide, team: team)
    trace = Trace(workers: team.workerCount)
    // Values like those of normalised pictures; which they are does not change how long a run takes.
    picture = (0..<3 * guide.height * guide.width).map { Float($0 % 251) / 63 - 2 }
    let shapes = plan.graph.shapes(height: guide.height, width: guide.width)
    self.shapes = shapes
    problems = plan.operations.map { $0.problem(on: shapes[$0.input]) }
    for (problem, indices) in places {
      let standard = indices.map { plan.operations[$0].work }
      works[problem] = [standard[0].kernels: standard]
    }
  }

  private var places: [OperationProblem: [Int]] {
    Dictionary(grouping: problems.indices) { problems[$0] }
  }

  /// What the network asks for, equal ones once, in the order of their first occurrence.
  package var distinctProblems: [OperationProblem] {
    problems.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// What choices for `operations` are looked up by.
  package func key(_ operations: [OperationProblem]) -> PlanChoices.Key {
    PlanChoices.Key(operations, on: instructionSet, workers: guide.workers)
  }

  /// The kernels of `problem` that nothing was chosen for.
  package func standardKernels(for problem: OperationProblem) -> [String] {
    guard let index = problems.firstIndex(of: problem) else {
      preconditionFailure("the network has no \(problem)")
    }
    return plan.operations[index].work.kernels
  }

  /// The chains that could be one step, equal ones once.
  ///
  /// - Parameter rules: of these.
  package func chains(_ rules: Set<FusionRule>) -> [[OperationProblem]] {
    var chains: [[OperationProblem]] = []
    for index in plan.operations.indices {
      for rule in FusionRule.allCases where rules.contains(rule) {
        guard let length = rule.length(at: index, of: plan.operations),
          plan.isChain(index..<index + length)
        else { continue }
        let chain = Array(problems[index..<index + length])
        if !chains.contains(chain) { chains.append(chain) }
      }
    }
    return chains
  }

  /// The operations that `choices` run alone, equal ones once.
  package func singles(_ choices: PlanChoices) -> [OperationProblem] {
    let groups = plan(choices).groups(shapes: shapes, workers: guide.workers)
    return groups.filter { $0.count == 1 }.map { problems[$0.lowerBound] }
      .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// Bytes that packing `kernels` for `problem` would take; zero where they can share what is there.
  package func bytes(of kernels: [String], for problem: OperationProblem) -> Int {
    guard let choice = chosen(kernels, problem), let there = works[problem] else { return 0 }
    let isShared = there.values.contains { $0[0].with(choice) != nil }
    let count = places[problem]?.count ?? 0
    return isShared ? 0 : count * choice.operandElements * MemoryLayout<Float>.stride
  }

  /// Makes `kernels` ready to run `problem`.
  ///
  /// - Throws: what folding throws.
  package func pack(
    _ kernels: [String], for problem: OperationProblem
  ) throws(NetworkError) {
    guard let choice = chosen(kernels, problem), let indices = places[problem],
      let there = works[problem], there[kernels] == nil
    else { return }
    let shared = there.values.lazy.compactMap { packed -> [PlannedOperation.Work]? in
      let others = packed.compactMap { $0.with(choice) }
      return others.count == packed.count ? others : nil
    }.first
    if let shared {
      works[problem]?[kernels] = shared
    } else {
      works[problem]?[kernels] = try Plan.map(indices.map { plan.operations[$0].node }, on: team) {
        [weights] node throws(NetworkError) in
        try PlannedOperation.Work(choice, weights, node: node, into: nil)
      }
    }
  }

  /// Lets go of what was packed for `problem` but for `kernels`, and for what nothing chooses.
  package func unpack(_ problem: OperationProblem, keeping kernels: [String]) {
    let standard = standardKernels(for: problem)
    works[problem] = works[problem]?.filter { $0.key == kernels || $0.key == standard }
  }

  private func chosen(_ kernels: [String], _ problem: OperationProblem) -> ChosenKernels? {
    try? ChosenKernels(names: kernels, for: problem, on: instructionSet)
  }

  /// Runs the network twice, so that operands are where they would be after many runs, and times the
  /// second.
  ///
  /// - Parameter choices: of kernels that are packed.
  package func run(_ choices: PlanChoices) -> TrialTimes {
    let run = PreparedRun(
      plan(choices),
      PreparedRun.Key(height: guide.height, width: guide.width, workers: guide.workers),
      reusing: arena)
    if run.arena.count > arena?.count ?? 0 { arena = run.arena }
    picture.withUnsafeBufferPointer { pixels in
      guard let start = pixels.baseAddress else { preconditionFailure("a picture has pixels") }
      team.run { crew in
        run.run(start, on: crew, trace: nil, check: { () throws(Never) in }) { _ in }
        trace.clear()
        run.run(start, on: crew, trace: trace, check: { () throws(Never) in }) { _ in }
      }
    }
    return TrialTimes(trace.events, steps: run.steps.map(\.operations), problems: problems)
  }

  /// The plan with `choices`, and the default for all that they leave open.
  private func plan(_ choices: PlanChoices) -> Plan {
    var used: [OperationProblem: Int] = [:]
    let operations = zip(plan.operations, problems).map { operation, problem in
      let occurrence = used[problem, default: 0]
      used[problem] = occurrence + 1
      guard let kernels = choices.kernels(for: key([problem]))?.names,
        let work = works[problem]?[kernels]?[occurrence]
      else { return operation }
      return operation.with(work)
    }
    return Plan(
      graph: plan.graph, operations, for: instructionSet, fusing: plan.rules,
      choices: plan.choices.merging(choices))
  }
}
