import FastViTCommandLine
import FastViTOperations

/// `fastvit-bench ops`: times single operations.
struct OpsCommand: Command {
  static let instructionSet = Parameter<InstructionSet?>.option(
    "isa", "NAME", .instructionSet,
    help: "The instruction set; this machine's best if not given.")
  static let kernel = Parameter<String?>.option(
    "kernel", "NAME", .string, help: "Time this kernel only, on the problems it can do.")
  static let allKernels = Parameter<Bool>.flag(
    "all-kernels", help: "Time every kernel that can do a problem, not only the dispatcher's pick.")
  static let assertBest = Parameter<Double?>.option(
    "assert-best", "PERCENT", .number(in: 0...1000),
    help: """
      Exit with 1 if the dispatcher's pick takes that many percent longer than the best kernel. \
      Implies --all-kernels.
      """)
  static let threads = Parameter<Int>.option(
    "threads", "N", .integer(in: 1...1024), default: 1, help: "Workers that share each operation.")
  static let cold = Parameter<Bool>.flag(
    "cold",
    help: """
      Empty the caches before each call, so that weights and maps come from memory; with several \
      threads, those of all cores.
      """)
  static let minimumTime = Parameter<Double>.option(
    "min-time", "SECONDS", .number(in: 0...3600), default: 0.002,
    help: "How long a repetition lasts at least.")
  static let repetitions = Parameter<Int>.option(
    "repetitions", "N", .integer(in: 1...100_000), default: 31, help: "Repetitions of each kernel.")
  static let json = Parameter<String?>.option(
    "json", "OUT", .path,
    help: "Write google-benchmark's JSON to a file, or to standard output in place of the table: -."
  )

  static let description = CommandDescription(
    name: "ops",
    abstract: "Time single operations on the generated kernels.",
    discussion: """
      Each kernel is held against the reference, byte by byte, before it is timed; one that differs \
      ends the run with exit status 1 and a command line that shows it again. Repetitions of all \
      kernels of a problem are interleaved at random, together with a loop that does nothing but \
      multiply-adds: of its speed, on the same instruction set, the column 'of peak' is a part. Times \
      are medians, with the median absolute deviation beside them; of one worker, times on a core, \
      without what the machine does meanwhile.

      Problems are written as benchdnn does, with suffixes for what follows (+gelu, +relu, +sigmoid, \
      +residual) and words for other operations (\(words)); \
      'fastvit graph --emit-shapes FILE' writes those of a network:

        fastvit-bench ops --shapes Benchmarks/Shapes/fastvit_t8.txt
        fastvit-bench ops --all-kernels g48ic48ih64oc48kh7ph3 ic48ih64oc144kh1+gelu
      """,
    parameters: [
      ProblemArguments.shapes, instructionSet, kernel, allKernels, assertBest, threads, cold,
      minimumTime,
      repetitions, json, ProblemArguments.problems,
    ])

  private static let words =
    OperationFamilies.words.map { $0 + ":" }.joined(separator: ", ")

  let problems: [NamedProblem]
  let shapes: String?
  let instructionSet: InstructionSet?
  let kernel: String?
  let allKernels: Bool
  let assertBest: Double?
  let threads: Int
  let cold: Bool
  let minimumTime: Double
  let repetitions: Int
  let json: String?

  init(_ arguments: ParsedArguments) throws(UsageError) {
    problems = try ProblemArguments.parsed(arguments[ProblemArguments.problems])
    shapes = arguments[ProblemArguments.shapes]
    instructionSet = arguments[Self.instructionSet]
    kernel = arguments[Self.kernel]
    assertBest = arguments[Self.assertBest]
    allKernels = arguments[Self.allKernels] || assertBest != nil
    threads = arguments[Self.threads]
    cold = arguments[Self.cold]
    minimumTime = arguments[Self.minimumTime]
    repetitions = arguments[Self.repetitions]
    json = arguments[Self.json]
    try ProblemArguments.checkGiven(problems, shapes)
    if kernel != nil && allKernels {
      throw UsageError("'--kernel' excludes '--all-kernels' and '--assert-best'")
    }
  }
}
