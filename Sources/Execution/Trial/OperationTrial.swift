import FastViTCPU
import FastViTCatalogue
import FastViTNetwork
import FastViTOperations
import FastViTScheduler

/// Operations alone, one after the other.
///
/// The caches are brought into the state that a network would leave: before each operation every worker
/// copies so much other memory that no weights are left in its second-level cache, and then the workers write
/// the operation's input, as the layer before it would.
final class OperationTrial: TrialWork {
  private let instructionSet: InstructionSet
  private let team: Team
  private let choices: PlanChoices
  private let catalogue: KernelCatalogue
  private let trace: Trace

  /// How often each problem counts.
  private let counts: [Int]
  let problems: [OperationProblem]
  private var standards: [OperationProblem: any PackedOperation] = [:]

  /// What the workers copy, one loop per worker.
  private let others: [CopyLoop]

  /// The feature maps, at the same places for all problems; then the workers' scratch memory.
  private var arena = AlignedBuffer(byteCount: 0)
  private let places: Places

  /// Where the second inputs, the outputs and the scratch memory begin, in bytes: after the largest feature
  /// maps of all problems.
  private struct Places {
    var second = 0
    var output = 0
    var scratch = 0
  }

  /// See `TrialRunner`.
  init(
    _ operations: [NamedProblem], for instructionSet: InstructionSet,
    catalogue: KernelCatalogue, choices: PlanChoices, team: Team
  ) {
    precondition(!operations.isEmpty)
    self.instructionSet = instructionSet
    self.team = team
    self.choices = choices
    self.catalogue = catalogue
    trace = Trace(workers: team.workerCount)
    let problems = operations.map(\.problem).distinct
    self.problems = problems
    var counts: [OperationProblem: Int] = [:]
    for operation in operations { counts[operation.problem, default: 0] += operation.count }
    self.counts = problems.map { counts[$0] ?? 1 }
    others = (0..<team.workerCount).map { _ in CopyLoop(bytes: Self.displacingBytes) }
    let input = problems.map { ActivationLayout($0.input).byteCount }.max() ?? 0
    let output = problems.map { ActivationLayout($0.output).byteCount }.max() ?? 0
    let second = AlignedBuffer.aligned(input)
    places = Places(
      second: second, output: second + AlignedBuffer.aligned(output),
      scratch: second + 2 * AlignedBuffer.aligned(output))
    for problem in problems { standards[problem] = packed(standardKernels(problem), problem) }
  }

  /// Bytes that displace everything else from a second-level cache: several times its size.
  private static let displacingBytes = {
    let second = CacheHierarchy.current.caches.last { $0.level <= 2 }?.bytes ?? 2 << 20
    return 4 * min(second, 64 << 20)
  }()

  private func standardKernels(_ problem: OperationProblem) -> any ChosenKernels {
    if let chosen = choices.kernels(for: key(problem)) { return chosen }
    guard let chosen = problem.chosen(on: instructionSet.included, in: catalogue) else {
      preconditionFailure("no kernel of \(instructionSet) computes \(problem)")
    }
    return chosen
  }

  private func key(_ problem: OperationProblem) -> PlanChoices.Key {
    PlanChoices.Key([problem], on: instructionSet, workers: team.workerCount)
  }

  private func packed(
    _ choice: any ChosenKernels, _ problem: OperationProblem
  ) -> any PackedOperation {
    choice.pack(MadeUpWeights(problem), into: nil)
  }

  var crews: [Int] { [team.workerCount] }

  func share(ofCrew _: Int) -> Double { 1 }

  func standard(_ problem: OperationProblem) -> [any PackedOperation] {
    standards[problem].map { [$0] } ?? []
  }

  func pack(_ choice: any ChosenKernels, for problem: OperationProblem) -> [any PackedOperation] {
    [packed(choice, problem)]
  }

  func chains(_: [FusionRule]) -> [[OperationProblem]] { [] }

  func singles(_: PlanChoices, workers _: Int) -> [OperationProblem] { problems }

  func run(
    _ choices: PlanChoices, _ packed: [OperationProblem: [any PackedOperation]]
  ) -> TrialTimes {
    let choices = self.choices.merging(choices)
    let steps = problems.indices.map { index in
      let problem = problems[index]
      guard let work = packed[problem]?.first else { preconditionFailure("\(problem) is packed") }
      // Value 0 is the image, which is planar.
      let readsImage = problem.operation.mapLayouts.input != .channelsLast
      let lowered = LoweredOperation(
        name: "", operation: problem.operation, epilogue: problem.epilogue,
        precision: problem.precision, node: 0, input: readsImage ? 0 : 1,
        second: problem.second == .none ? nil : 2, output: 3)
      let shapes = [problem.input, problem.input, problem.output, problem.output]
      let made = StepBuilder(workers: team.workerCount).steps(
        [ShapedOperation(PlannedOperation(lowered: lowered, packed: work), shapes)],
        at: index..<index + 1, choices.step(for: key(problem)) ?? StepChoice())
      precondition(made.count == 1, "one operation is one step")
      return made[0]
    }
    let scratch = AlignedBuffer.aligned(steps.map(\.scratchBytes).max() ?? 0)
    let bytes = places.scratch + team.workerCount * scratch
    if arena.byteCount < bytes {
      arena = AlignedBuffer(byteCount: bytes)
      arena.values(as: Float.self).update(repeating: Self.value)
    }
    let layouts = problems.map { problem in
      RunLayout(
        shapes: [problem.input, problem.input, problem.output, problem.output],
        valueOffsets: [0, 0, places.second, places.output], scratchOffset: places.scratch,
        scratchBytes: scratch, bytes: bytes)
    }
    trace.clear()
    team.run { crew in
      for (index, step) in steps.enumerated() { time(step, index, layouts[index], on: crew) }
    }
    let run = TrialTimes.Pass(workers: team.workerCount)
    return TrialTimes(
      trace.events, [run.with(steps.map(\.operations))], problems: problems, counts: counts)
  }

  /// What all feature maps hold; the value does not change how long a run takes.
  private static let value: Float = 0.5

  private func time(_ step: any Step, _ index: Int, _ layout: RunLayout, on crew: Crew) {
    let shape = problems[index].input
    let memory = RunMemory(arena: arena.pointer, layout: layout)
    memory.begin(.planar(arena.pointer, height: shape.height, width: shape.width), trace)
    defer { memory.end() }
    crew.forEachTask(count: others.count) { [others] _, worker in others[worker].run(turns: 1) }
    let parts = evenRanges(ActivationLayout(shape).elements, parts: crew.workerCount)
    crew.forEachTask(count: parts.count) { [arena] part, _ in
      arena.values(as: Float.self)[parts[part]].update(repeating: Self.value)
    }
    crew.forEachTask(count: step.taskCount) { [trace] task, worker in
      trace.lanes[worker].record(.task(task, step: index)) {
        step.run(task, memory, worker: worker)
      }
    }
  }
}

/// Weights for an operation alone; so small that values do not grow where feature maps are used again.
private struct MadeUpWeights: WeightSource {
  private let outputs: Int
  /// Weights of one output.
  private let taps: Int

  init(_ problem: OperationProblem) {
    outputs = problem.output.channels
    taps = problem.parameters / max(outputs, 1) - 1
  }

  func forEachOutputRange(
    _ body: (_ outputs: Range<Int>, [Float], [Float]) -> Void
  ) throws(Never) {
    let block = max(1, Self.blockSize / max(taps, 1))
    for start in stride(from: 0, to: outputs, by: block) {
      let range = start..<min(start + block, outputs)
      let weights = (0..<range.count * taps).map { Float($0 % 63 - 31) / Float(31 * taps) }
      body(range, weights, [Float](repeating: 0.5, count: range.count))
    }
  }

  /// Weights that are made at a time.
  private static let blockSize = 1 << 13
}
