import FastViT
import FastViTCommandLine

/// `fastvit profile`: prints how the time of a network divides into steps, layers and workers.
struct ProfileCommand: Command {
  static let mode = Parameter<Session.Schedule>.option(
    "mode", "MODE", .choice(of: Session.Schedule.self), default: .auto,
    help: "How the threads share work; with throughput, one image per thread.")
  static let timeline = Parameter<String?>.option(
    "trace", "FILE", .path,
    help: "Write a few runs as Chrome trace events, for Perfetto.")
  static let chart = Parameter<String?>.option(
    "svg", "FILE", .path, help: "Write a roofline chart of the layers.")
  static let shapes = Parameter<String?>.option(
    "emit-shapes", "FILE", .path,
    help: "Write the problems that the kernels solve, for fastvit-bench.")

  static let description = CommandDescription(
    name: "profile",
    abstract: "Show the time of a network by step, layer and worker.",
    discussion: """
      A step consists of independent tasks; workers wait for each other only between steps. The layers \
      of a step follow it in the table. Times are medians over many runs, summed over tasks and \
      workers: the time that one core would need. Runs that record what each worker does alternate \
      with runs that do not, and with the loops that measure the roof.

      The roof of a layer is the smaller of two speeds: that of a loop of multiply-adds, and the \
      layer's operations per byte times the bandwidth of the first level of memory that can hold all \
      its values. The bandwidth is that of the system's copy; bytes read and bytes written both count. \
      A multiply-add counts as two operations; those on padding are not counted. Each byte of inputs, \
      outputs and weights counts once. A layer that finds its input in a nearer cache may be faster \
      than its roof.

      The waiting time of a worker is all time of a run outside its tasks. The measurement ends early \
      after \(SessionProfiler.mostRuns) runs. With synthetic weights, the default model is t8.
      """,
    parameters: [
      ModelArguments.variant, BenchCommand.weights, ModelArguments.threads, ModelArguments.size,
      mode, ModelArguments.instructionSet, ProfileArguments.profile, ProfileArguments.noProfile,
      BenchCommand.seconds, timeline, chart, shapes, ReportOutput.option,
    ])

  let profiler: SessionProfiler
  let timeline: String?
  let chart: String?
  let shapes: String?
  let json: ReportOutput

  init(_ arguments: ParsedArguments) throws(UsageError) {
    profiler = SessionProfiler(
      weights: arguments[BenchCommand.weights],
      variant: arguments[ModelArguments.variant],
      instructionSet: arguments[ModelArguments.instructionSet],
      threads: arguments[ModelArguments.threads],
      schedule: arguments[Self.mode],
      size: arguments[ModelArguments.size],
      profile: try ProfileArguments(arguments),
      seconds: arguments[BenchCommand.seconds])
    timeline = arguments[Self.timeline]
    chart = arguments[Self.chart]
    shapes = arguments[Self.shapes]
    json = ReportOutput(arguments)
    let images =
      profiler.schedule == .throughput ? profiler.threads ?? MachineReport().workerCount : 1
    let pixels = images * profiler.size.height * profiler.size.width
    guard pixels <= ModelArguments.mostPixels else {
      throw UsageError(
        "\(images) images of \(profiler.size) have \(pixels) pixels, expected at most "
          + "\(ModelArguments.mostPixels)")
    }
  }

  func run(to output: inout some TextOutputStream) throws(CommandFailure) {
    try json.checkWritable(and: [timeline, chart, shapes].compactMap(\.self))
    let breakdown = try profiler.run()
    let report = TimeBreakdownReport(breakdown)
    try json.write(report.json, text: report.text, and: files(breakdown), to: &output)
  }

  /// The files to write in addition to the report.
  private func files(_ breakdown: TimeBreakdown) -> [TextFile.Output] {
    var files: [TextFile.Output] = []
    func add(_ path: String?, _ text: @autoclosure () -> String) {
      guard let path else { return }
      files.append(TextFile.Output(path: path, text: text()))
    }
    add(timeline, Timeline(breakdown).text)
    add(chart, RooflineChart(breakdown).text)
    let session = breakdown.traced
    add(
      shapes,
      ShapeFile.text(
        session.problems, model: session.session.model.variant.name,
        size: profiler.size.description,
        command: "profile"))
    return files
  }
}
