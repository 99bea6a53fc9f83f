import CommandLineTool
import FastViT

/// `fastvit bench`: how fast a network runs on this machine.
struct BenchCommand: Command {
  static let weights = Parameter<WeightsSource>.option(
    "weights", "FILE", .weights, default: .synthetic(seed: 0),
    help: "A checkpoint, or 'synthetic' with an optional ':SEED'.")
  static let batch = Parameter<Int>.option(
    "batch", "N", .integer(in: 1...1024), default: 1, help: "Pictures in one call.")
  static let mode = Parameter<Session.Schedule>.option(
    "mode", "MODE", .choice(of: Session.Schedule.self), default: .auto,
    help: "How the threads share a batch.")
  static let seconds = Parameter<Double>.option(
    "seconds", "S", .number(in: 0...3600), default: 5,
    help: "How long to measure; the calls begun by then are finished.")

  static let description = CommandDescription(
    name: "bench",
    abstract: "Measure how fast a network runs on this machine.",
    discussion: """
      The engine row times calls on a prepared batch; the end-to-end row also reads, resizes, crops \
      and normalises a small embedded picture for each place in the batch. Times are of one call; \
      percentiles are by nearest rank. Calls take turns, in slices, with a loop that does nothing but \
      multiply-adds with the same instructions on all threads at once: of its speed 'of peak' is a \
      part. A multiply-add counts as two operations, those of padding included, as is usual. Cores \
      busy are processor time over wall time of the engine's calls.

      The first result is timed from when the weights are opened, or begun to be made up, until the \
      logits of the first call. Resident memory is read when the engine is warm, in 10^6 bytes.

      With synthetic weights the model is t8 if --model does not say otherwise.
      """,
    parameters: [
      ModelArguments.variant, weights, ModelArguments.threads, batch, ModelArguments.size, mode,
      ModelArguments.instructionSet, ProfileArguments.profile, ProfileArguments.noProfile, seconds,
      JSONOutput.option,
    ])

  let benchmark: SessionBenchmark
  let json: JSONOutput

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
    json = JSONOutput(arguments)
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
