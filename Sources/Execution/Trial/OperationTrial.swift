import CPU
import KernelCatalog
import KernelContract
import Network
import Scheduler

/// Operations alone, one after the other.
///
/// There is no network around, so its state of the caches is made: in front of each operation every
/// worker copies so much else that no weights are left in its second-level cache, and then the workers
/// write the operation's input, as the layer in front of it would.
final class OperationTrial: TrialWork {
  private let instructionSet: InstructionSet
  private let team: Team
  private let choices: PlanChoices
  private let trace: Trace

  /// How often each of the problems counts.
  private let counts: [Int]
  let problems: [OperationProblem]
  private var standards: [OperationProblem: PlannedOperation.Work] = [:]

  /// What every worker copies, one each.
  private let others: [CopyLoop]

  /// Maps of all problems in the same places, then the workers' scratch memory.
  private var arena = AlignedBuffer(count: 0)
  private let places: Places

  /// Where the largest maps end, in values.
  private struct Places {
    var second = 0
    var output = 0
    var scratch = 0
  }

  /// See `TrialRunner`.
  init(
    _ operations: [NamedProblem], for instructionSet: InstructionSet, choices: PlanChoices,
    team: Team
  ) {
    precondition(!operations.isEmpty)
    self.instructionSet = instructionSet
    self.team = team
    self.choices = choices
    trace = Trace(workers: team.workerCount)
    let problems = operations.map(\.problem).distinct
    self.problems = problems
    var counts: [OperationProblem: Int] = [:]
    for operation in operations { counts[operation.problem, default: 0] += operation.count }
    self.counts = problems.map { counts[$0] ?? 1 }
    others = (0..<team.workerCount).map { _ in CopyLoop(bytes: Self.displacingBytes) }
    let input = problems.map { ActivationLayout($0.input).elements }.max() ?? 0
    let output = problems.map { ActivationLayout($0.output).elements }.max() ?? 0
    let second = ArenaLayout.aligned(input)
    places = Places(
      second: second, output: second + ArenaLayout.aligned(output),
      scratch: second + 2 * ArenaLayout.aligned(output))
    for problem in problems { standards[problem] = packed(standardKernels(problem), problem) }
  }

  /// Bytes that leave nothing else in a second-level cache: several times its size.
  private static let displacingBytes = {
    let second = CacheHierarchy.current.caches.last { $0.level <= 2 }?.bytes ?? 2 << 20
    return 4 * min(second, 64 << 20)
  }()

  private func standardKernels(_ problem: OperationProblem) -> ChosenKernels {
    choices.kernels(for: key(problem)) ?? ChosenKernels(for: problem, on: instructionSet)
  }

  private func key(_ problem: OperationProblem) -> PlanChoices.Key {
    PlanChoices.Key([problem], on: instructionSet, workers: team.workerCount)
  }

  private func packed(
    _ choice: ChosenKernels, _ problem: OperationProblem
  ) -> PlannedOperation.Work {
    do {
      return try PlannedOperation.Work(choice, MadeUpWeights(problem), into: nil)
    } catch {
      preconditionFailure("made-up weights are always valid: \(error)")
    }
  }

  var crews: [Int] { [team.workerCount] }

  func share(ofCrew _: Int) -> Double { 1 }

  func standard(_ problem: OperationProblem) -> [PlannedOperation.Work] {
    standards[problem].map { [$0] } ?? []
  }

  func pack(_ choice: ChosenKernels, for problem: OperationProblem) -> [PlannedOperation.Work] {
    [packed(choice, problem)]
  }

  func chains(_: [FusionRule]) -> [[OperationProblem]] { [] }

  func singles(_: PlanChoices, workers _: Int) -> [OperationProblem] { problems }

  func run(
    _ choices: PlanChoices, _ packed: [OperationProblem: [PlannedOperation.Work]]
  ) -> TrialTimes {
    let choices = self.choices.merging(choices)
    let steps = problems.indices.map { index in
      let problem = problems[index]
      guard let work = packed[problem]?.first else { preconditionFailure("\(problem) is packed") }
      let shapes = [problem.input, problem.output, problem.output]
      let operation = PlannedOperation(
        problem, work, input: 0, second: problem.readsSecond ? 1 : nil, output: 2)
      let made = StepBuilder(workers: team.workerCount).steps(
        [ShapedOperation(operation, shapes)], at: index..<index + 1,
        choices.step(for: key(problem)) ?? StepChoice())
      precondition(made.count == 1, "one operation is one step")
      return made[0]
    }
    let scratch = ArenaLayout.aligned(steps.map(\.scratchElements).max() ?? 0)
    let layout = RunLayout(
      shapes: [], valueOffsets: [0, places.second, places.output], scratchOffset: places.scratch,
      scratchElements: scratch, elements: places.scratch + team.workerCount * scratch)
    if arena.count < layout.elements {
      arena = AlignedBuffer(count: layout.elements)
      arena.values.update(repeating: Self.value)
    }
    trace.clear()
    team.run { crew in
      for (index, step) in steps.enumerated() { time(step, index, layout, on: crew) }
    }
    let run = TrialTimes.Run(workers: team.workerCount)
    return TrialTimes(
      trace.events, [run.with(steps.map(\.operations))], problems: problems, counts: counts)
  }

  /// What all maps hold; which it is does not change how long a run takes.
  private static let value: Float = 0.5

  private func time(_ step: any Step, _ index: Int, _ layout: RunLayout, on crew: Crew) {
    let shape = problems[index].input
    let memory = RunMemory(arena: arena.pointer, layout: layout)
    memory.begin(.planar(arena.pointer, height: shape.height, width: shape.width), trace)
    defer { memory.end() }
    crew.forEachTile(count: others.count) { [others] _, worker in others[worker].run(turns: 1) }
    let parts = evenRanges(ActivationLayout(shape).elements, parts: crew.workerCount)
    crew.forEachTile(count: parts.count) { part, _ in
      (memory.arena + parts[part].lowerBound)
        .update(repeating: Self.value, count: parts[part].count)
    }
    crew.forEachTile(count: step.tileCount) { [trace] tile, worker in
      trace.lanes[worker].record(.tile(tile, step: index)) {
        step.run(tile, memory, worker: worker)
      }
    }
  }
}

extension OperationProblem {
  /// Whether it reads a second map, or factors.
  fileprivate var readsSecond: Bool { epilogue == .residual || operation == .scaleChannels }
}

/// Small weights for an operation alone, so that no value grows where maps are used again.
private struct MadeUpWeights: OperationWeights {
  private let outputs: Int
  /// Weights of one output.
  private let taps: Int

  init(_ problem: OperationProblem) {
    outputs = problem.output.channels
    taps = problem.parameters / max(outputs, 1) - 1
  }

  func forEachBlock(
    _ body: (_ outputs: Range<Int>, [Float], [Float]) -> Void
  ) throws(NetworkError) {
    let block = max(1, Self.blockSize / max(taps, 1))
    for start in stride(from: 0, to: outputs, by: block) {
      let range = start..<min(start + block, outputs)
      let weights = (0..<range.count * taps).map { Float($0 % 63 - 31) / Float(31 * taps) }
      body(range, weights, [Float](repeating: 0.5, count: range.count))
    }
  }

  /// Weights that are made at once.
  private static let blockSize = 1 << 13
}
