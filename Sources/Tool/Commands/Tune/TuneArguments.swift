import FastViT
import FastViTCommandLine

extension TuneCommand {
  static let weights = Parameter<WeightsSource>.option(
    "weights", "FILE", .weights, default: .synthetic(seed: 0),
    help: "A checkpoint file, or 'synthetic' with an optional ':SEED' for generated weights.")
  static let batch = Parameter<Int>.option(
    "batch", "N", .integer(in: 1...1024), default: 1,
    help: "The number of images per run, shared among the threads as in 'fastvit bench'.")
  static let shapes = Parameter<String?>.option(
    "shapes", "FILE", .path,
    help: "Measure the operations in a file, one per line, each alone, instead of a network.")
  static let level = Parameter<TuningLevel>.option(
    "level", "LEVEL", .choice(of: TuningLevel.self), default: .measure,
    help: "How many candidates are measured.")
  static let timeLimit = Parameter<Double>.option(
    "time-limit", "S", .number(in: 0...1e6), default: 60,
    help: "The time limit in seconds; decisions that are open by then are left out.")
  static let output = Parameter<String?>.option(
    "output", "FILE", .path, help: "The profile to write; by default this machine's own.")
  static let resume = Parameter<Bool>.flag(
    "resume", help: "Add to an existing profile; its decisions are not measured again.")
  static let check = Parameter<Bool>.flag(
    "check", help: "Fail with exit status 1 where the built-in rules choose slow kernels.")
  static let tolerance = Parameter<Double>.option(
    "tolerance", "PERCENT", .number(in: 0...1000), default: 5,
    help: "How much slower the kernels of the rules may be in a check.")
  static let show = Parameter<Bool>.flag("show", help: "Print the profile FILE as a table.")
  static let merge = Parameter<Bool>.flag(
    "merge", help: "Merge the profiles FILE into '--output'.")
  static let files = Parameter<[String]>.arguments(
    "FILE", .path, help: "The profiles for --show or --merge.")

  static let description = CommandDescription(
    name: "tune",
    abstract: "Measure which kernels are fast on this machine.",
    discussion: """
      The network runs many times. In every run each operation uses one of its candidates, drawn at \
      random, so all candidates are measured in place and under the same disturbances. Every choice \
      gives the same bits: a profile changes only the speed.

      Levels: estimate prints what the built-in rules choose and measures nothing; measure decides about \
      the kernels of every operation; patient also about fusion, bands of rows and sharing among threads; \
      exhaustive measures every candidate and drops none early.

      Measurements and decisions are appended to the profile as they are made. Control-C and SIGTERM end \
      the measurement as the time limit does; a second signal ends the process. After a process was \
      killed, --resume continues from its profile. A profile is valid for its image sizes, instruction \
      sets and numbers of threads: run the command once for each, with --resume. infer, classify, bench \
      and profile find it in $XDG_CACHE_HOME/fastvit, or ~/.cache/fastvit.

      With --batch, kernels are chosen per number of threads, and steps per number of threads that share \
      an image: one as long as there is one image per thread, otherwise all. Batches of the same number \
      of threads share decisions about kernels; use one --output per batch size to keep different ones.

      With --shapes, the operations in a file of 'fastvit graph --emit-shapes' are measured one after \
      another, on all threads, with weights that the first two caches do not hold and inputs that were \
      just written. The decisions are used for every network with these operations; fusion is left to \
      the rules, because it needs neighbouring operations.

      A check considers operations that take more than 2 % of the time, and writes a profile only with \
      --output. It also fails where the time limit leaves decisions open.
      """,
    parameters: [
      files, ModelArguments.variant, weights, ModelArguments.size, batch, shapes,
      ModelArguments.threads, ModelArguments.instructionSet, level, timeLimit, output, resume,
      check, tolerance, show, merge,
    ])
}
