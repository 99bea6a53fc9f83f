import FastViT
import FastViTCommandLine

/// `fastvit bench`: how fast a network runs on this machine.
struct BenchCommand: Command {
  static let weights = Parameter<WeightsSource>.option(
    "weights", "FILE", .weights, default: .synthetic(seed: 0),
    help: "A checkpoint file, or 'synthetic' with an optional ':SEED' for generated weights.")
  static let batch = Parameter<Int>.option(
    "batch", "N", .integer(in: 1...1024), default: 1, help: "The number of images per call.")
  static let mode = Parameter<Session.Schedule>.option(
    "mode", "MODE", .choice(of: Session.Schedule.self), default: .auto,
    help: "How the threads share a batch.")
  static let seconds = Parameter<Double>.option(
    "seconds", "S", .number(in: 0...3600), default: 5,
    help: "How long to measure; calls in progress are finished.")

  static let description = CommandDescription(
    name: "bench",
    abstract: "Measure how fast a network runs on this machine.",
    discussion: """
      The engine row times calls on a prepared batch; the end-to-end row also reads, resizes, crops \
      and normalises a small embedded image for every place in the batch. Times are per call; \
      percentiles use the nearest rank.

      The peak is the speed of a loop of multiply-adds with the same instructions on all threads; \
      slices of that loop alternate with slices of calls. A multiply-add counts as two operations; \
      those on padding are not counted. Cores busy is the processor time divided by the \
      wall-clock time of the engine's calls.

      The first result is timed from the start of opening or generating the weights to the logits of \
      the first call. Resident memory is read after the warm-up; MB are 10^6 bytes.

      With synthetic weights, the default model is t8.
      """,
    parameters: [
      ModelArguments.variant, weights, ModelArguments.threads, batch, ModelArguments.size, mode,
      ModelArguments.instructionSet, ProfileArguments.profile, ProfileArguments.noProfile, seconds,
      ReportOutput.option,
    ])

  let benchmark: SessionBenchmark
  let json: ReportOutput

  init(_ arguments: ParsedArguments) throws(UsageError) {
    benchmark = SessionBenchmark(
      weights: arguments[Self.weights],
      variant: arguments[ModelArguments.variant],
      instructionSet: arguments[ModelArguments.instructionSet],
      threads: arguments[ModelArguments.threads],
      schedule: arguments[Self.mode],
      batch: arguments[Self.batch],
      size: arguments[ModelArguments.size],
      profile: try ProfileArguments(arguments),
      seconds: arguments[Self.seconds])
    json = ReportOutput(arguments)
    let pixels = benchmark.batch * benchmark.size.height * benchmark.size.width
    guard pixels <= ModelArguments.mostPixels else {
      throw UsageError(
        "'--batch' and '--size' make \(pixels) pixels, expected at most "
          + "\(ModelArguments.mostPixels)")
    }
  }

  func run(to output: inout some TextOutputStream) throws(CommandFailure) {
    try json.checkWritable()
    let report = BenchmarkReport(benchmark, try benchmark.run())
    try json.write(report.json, text: report.text, to: &output)
  }
}
