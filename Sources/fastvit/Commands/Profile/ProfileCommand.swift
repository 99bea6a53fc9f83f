import CommandLineTool
import FastViT

/// `fastvit profile`: where the time of a network goes.
struct ProfileCommand: Command {
  static let mode = Parameter<Session.Schedule>.option(
    "mode", "MODE", .choice(of: Session.Schedule.self), default: .auto,
    help: "How the threads share work; with throughput each has a picture of its own.")
  static let timeline = Parameter<String?>.option(
    "trace", "FILE", .path,
    help: "Write some runs as Chrome trace events, which Perfetto shows.")
  static let picture = Parameter<String?>.option(
    "svg", "FILE", .path, help: "Write a roofline picture of the layers.")
  static let shapes = Parameter<String?>.option(
    "emit-shapes", "FILE", .path,
    help: "Write what the kernels are asked to do, for fastvit-bench.")

  static let description = CommandDescription(
    name: "profile",
    abstract: "Show where the time of a network goes: by step, layer and worker.",
    discussion: """
      A step is what a worker does to a tile without meeting the others; below it stand its layers. \
      Times are medians over many runs, summed over tiles and workers: of one core, if it did all. \
      Runs that note what each worker does take turns with runs that do not, and both, in slices, \
      with what the roof is made of.

      The roof of a layer is the smaller of two: the speed of a loop of nothing but multiply-adds, \
      and the layer's operations for each byte times the speed of the system's copy within the first \
      level of memory that could hold all its values, bytes read and written both counted. A \
      multiply-add counts as two operations, without those of padding; bytes as if each were read or \
      written once. A layer that its step leaves in a nearer cache may be faster than its roof.

      A worker waits in all of a run that is not in a tile: for others, or for the run to begin. A \
      profile ends early after \(SessionProfiler.mostRuns) runs. With synthetic weights the model is \
      t8 if --model does not say otherwise.
      """,
    parameters: [
      ModelArguments.variant, BenchCommand.weights, ModelArguments.threads, ModelArguments.size,
      mode, ModelArguments.instructionSet, ProfileArguments.profile, ProfileArguments.noProfile,
      BenchCommand.seconds, timeline, picture, shapes, JSONOutput.option,
    ])

  let profiler: SessionProfiler
  let timeline: String?
  let picture: String?
  let shapes: String?
  let json: JSONOutput

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
    picture = arguments[Self.picture]
    shapes = arguments[Self.shapes]
    json = JSONOutput(arguments)
    let pictures =
      profiler.schedule == .throughput ? profiler.threads ?? MachineReport().workerCount : 1
    let pixels = pictures * profiler.size.height * profiler.size.width
    guard pixels <= ModelArguments.mostPixels else {
      throw UsageError(
        "\(pictures) pictures of \(profiler.size) have \(pixels) pixels, expected at most "
          + "\(ModelArguments.mostPixels)")
    }
  }

  func run(to output: inout some TextOutputStream) throws(CommandFailure) {
    try json.checkWritable(and: [timeline, picture, shapes].compactMap(\.self))
    let profile = try profiler.run()
    let report = ProfileReport(profile)
    try json.write(report.json, text: report.text, and: files(profile), to: &output)
  }

  /// The files that were asked for beside the report.
  private func files(_ profile: Profile) -> [TextFile.Output] {
    var files: [TextFile.Output] = []
    func add(_ path: String?, _ text: @autoclosure () -> String) {
      guard let path else { return }
      files.append(TextFile.Output(path: path, text: text()))
    }
    add(timeline, Timeline(profile).text)
    add(picture, RooflinePicture(profile).text)
    let session = profile.traced
    add(
      shapes,
      ShapeFile.text(
        session.problems, model: session.session.model.variant.name, size: profiler.size,
        command: "profile"))
    return files
  }
}
