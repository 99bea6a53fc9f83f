import FastViT
import FastViTCommandLine
import FastViTOperations
import FastViTScheduler
import Foundation

/// `fastvit-bench rank`: times all kernels that can do some problems and orders them.
struct RankCommand: Command {
  static let instructionSet = Parameter<InstructionSet?>.option(
    "isa", "NAME", .instructionSet,
    help: "The instruction set; this machine's best if not given.")
  static let timeLimit = Parameter<Double>.option(
    "time-limit", "SECONDS", .number(in: 0...86_400), default: 600,
    help: "When to stop; problems that are not reached are said to be left out.")
  static let minimumTime = Parameter<Double>.option(
    "min-time", "SECONDS", .number(in: 0...3600), default: 0.001,
    help: "How long a repetition lasts at least.")
  static let repetitions = Parameter<Int>.option(
    "repetitions", "N", .integer(in: Sampler.fewestRepetitions...100_000), default: 31,
    help: "Repetitions of the kernels that are not given up.")

  static let description = CommandDescription(
    name: "rank",
    abstract: "Order all kernels that can do some problems by their times.",
    discussion: """
      Each kernel whose tile fits is held against the reference, byte by byte, then timed on one core. Repetitions of \
      all kernels of a problem are interleaved at random. A kernel is given up when it was slower than \
      the best one in each of \(Sampler.fewestRepetitions) repetitions or more; the dispatcher's pick \
      never is. The ranking is a Markdown text. `kernelgen sweep` \
      runs this on kernels that are not in the catalogue.
      """,
    parameters: [
      ProblemArguments.shapes, instructionSet, timeLimit, minimumTime, repetitions,
      ProblemArguments.problems,
    ])

  let problems: [NamedProblem]
  let shapes: String?
  let instructionSet: InstructionSet?
  let timeLimit: Double
  let minimumTime: Double
  let repetitions: Int

  init(_ arguments: ParsedArguments) throws(UsageError) {
    problems = try ProblemArguments.parsed(arguments[ProblemArguments.problems])
    shapes = arguments[ProblemArguments.shapes]
    instructionSet = arguments[Self.instructionSet]
    timeLimit = arguments[Self.timeLimit]
    minimumTime = arguments[Self.minimumTime]
    repetitions = arguments[Self.repetitions]
    try ProblemArguments.checkGiven(problems, shapes)
  }

  func run(to output: inout some TextOutputStream) throws(CommandFailure) {
    let end = ContinuousClock.now + .seconds(timeLimit)
    let instructionSet = try ProblemArguments.instructionSet(instructionSet)
    let problems = try self.problems + (shapes.map(ProblemArguments.contents) ?? [])
    let progress = ProgressBar("timing", total: problems.count)
    defer { progress.finish() }
    var results: [ProblemResult] = []
    for (index, problem) in problems.enumerated() {
      let now = ContinuousClock.now
      guard now < end else { break }
      let share = (end - now) / (problems.count - index)
      results.append(try result(problem, instructionSet, until: now + share))
      progress.advance()
    }
    let ranking = Ranking(results, candidates: SweptKernels.names)
    let report = RankReport(
      ranking, instructionSet, results, left: problems.dropFirst(results.count).map { $0 })
    print(report.markdown, terminator: "", to: &output)
  }

  /// Checks and times everything that can do one problem.
  private func result(
    _ named: NamedProblem, _ instructionSet: InstructionSet,
    until deadline: ContinuousClock.Instant
  ) throws(CommandFailure) -> ProblemResult {
    let workload = Workload(named.problem, on: instructionSet)
    let candidates = workload.candidates.filter { $0.isPick || $0.hasTile }
    let sampler = Sampler(
      repetitions: repetitions, minimumTime: minimumTime, evict: nil, clock: .core,
      deadline: deadline)
    let bench = OpsBench(
      instructionSet: instructionSet, team: Team(workerCount: 1), sampler: sampler, givesUp: true)
    try workload.check(candidates, on: bench.team)
    return bench.measure(named, workload, candidates)
  }
}
