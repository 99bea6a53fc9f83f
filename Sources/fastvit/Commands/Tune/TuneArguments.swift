import CommandLineTool
import FastViT

extension TuneCommand {
  static let weights = Parameter<WeightsSource>.option(
    "weights", "FILE", .weights, default: .synthetic(seed: 0),
    help: "A checkpoint, or 'synthetic' with an optional ':SEED'.")
  static let batch = Parameter<Int>.option(
    "batch", "N", .integer(in: 1...1024), default: 1,
    help: "Pictures in one run, shared by the threads as 'fastvit bench --batch N' does.")
  static let shapes = Parameter<String?>.option(
    "shapes", "FILE", .path,
    help: "Measure the operations of a file, one a line, each alone, in place of a model's.")
  static let level = Parameter<TuningLevel>.option(
    "level", "LEVEL", .choice(of: TuningLevel.self), default: .measure,
    help: "How much is tried.")
  static let timeLimit = Parameter<Double>.option(
    "time-limit", "S", .number(in: 0...1e6), default: 60,
    help: "The longest time in seconds; what is not decided by then is left out.")
  static let output = Parameter<String?>.option(
    "output", "FILE", .path, help: "The profile to write; this machine's own if not given.")
  static let resume = Parameter<Bool>.flag(
    "resume", help: "Add to the profile that is there; what it holds is not measured again.")
  static let check = Parameter<Bool>.flag(
    "check", help: "Fail, with exit status 1, where the built-in rules choose slow kernels.")
  static let tolerance = Parameter<Double>.option(
    "tolerance", "PERCENT", .number(in: 0...1000), default: 5,
    help: "By how much the rules' kernels may be slower in a check.")
  static let show = Parameter<Bool>.flag("show", help: "Print the profile FILE as a table.")
  static let merge = Parameter<Bool>.flag(
    "merge", help: "Write what the profiles FILE decide together to '--output'.")
  static let files = Parameter<[String]>.arguments(
    "FILE", .path, help: "Profiles, with --show or --merge.")

  static let description = CommandDescription(
    name: "tune",
    abstract: "Measure which kernels are fast on this machine.",
    discussion: """
      The network runs over and over, each time with other candidates, chosen at random, for all of its \
      operations at once; so all are measured in place and disturbed alike. Every choice gives the same \
      bits: a profile changes the speed and nothing else.

      Levels: estimate prints what the built-in rules choose and measures nothing; measure decides about \
      the kernels of every operation; patient also about fusion, bands of rows and sharing among threads; \
      exhaustive tries every candidate and drops none early.

      Measurements and decisions are appended to the profile as they are made. Control-C and SIGTERM end \
      the measuring like the time limit does, and the second time the process; of a process that is \
      killed --resume goes on where it was. A profile holds for its sizes, instruction set and numbers \
      of threads: run this once for each, with --resume. It is found by infer, classify, bench and \
      profile in $XDG_CACHE_HOME/fastvit, or ~/.cache/fastvit.

      With --batch, kernels are chosen for the threads, and steps for how many share a picture: one while \
      there is a picture for each, else all. Batches of the same number of threads share decisions about \
      kernels: give those that differ an --output each.

      With --shapes, the operations of a file such as 'fastvit graph --emit-shapes' writes are measured \
      one by one, on all threads, with weights out of the first two caches and inputs just written. What \
      is decided helps every network that has them; fusion needs neighbours and is left to the rules.

      A check looks at operations that take more than 2 % of the time, and writes a profile only if \
      --output says where. It fails too where the time limit leaves decisions open.
      """,
    parameters: [
      files, ModelArguments.variant, weights, ModelArguments.size, batch, shapes,
      ModelArguments.threads, ModelArguments.instructionSet, level, timeLimit, output, resume,
      check, tolerance, show,
      merge,
    ])
}
