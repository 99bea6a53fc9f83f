import FastViT
import FastViTCommandLine
import FastViTMeasurement

/// The measurement of `fastvit profile`.
struct SessionProfiler: Sendable {
  let weights: WeightsSource
  let variant: Variant?
  let instructionSet: VectorInstructions
  let threads: Int?
  let schedule: Session.Schedule

  /// The size of every image.
  let size: PixelSize

  /// The tuning profile to use.
  let profile: ProfileArguments

  /// How long to measure.
  let seconds: Double

  /// The share of each kind of work in a round, and the longest round in seconds; see
  /// `SessionBenchmark`.
  private static let shares = (network: 0.8, peak: 0.06, bandwidths: 0.14)
  private static let longestRound = 0.6

  /// The longest warm-up in seconds.
  private static let longestWarmUp = 0.5

  /// The largest number of traced runs. Every sample is kept in memory, and more runs hardly change
  /// the medians.
  static let mostRuns = 20_000

  /// The number of consecutive runs in the timeline.
  private static let timelineRuns = 3

  /// Measures for about `seconds`; every kind of work is done at least once.
  func run() throws(CommandFailure) -> TimeBreakdown {
    let tuning = try profile.load()
    let model = try ModelArguments.model(
      weights, variant, instructionSet,
      tuning: tuning.map {
        Model.Tuning($0, threads: threads, height: size.height, width: size.width)
      })
    let session = Session(model, threads: threads, schedule: schedule)
    let traced = try reportingFailure { () throws(FastViTError) in
      try TracedSession(session, height: size.height, width: size.width)
    }
    let images = SessionBenchmark.images(traced.imagesPerRun, size, for: model.variant)
    let round = min(Self.longestRound, seconds)
    let levels = Roofline.Level.needed(
      by: traced.layers, workers: session.threads, caches: MachineReport().caches)
    guard let peak = LoopSampler(peakOf: session, sliceNanoseconds: round * Self.shares.peak * 1e9)
    else { preconditionFailure("every instruction set has a loop of multiply-adds") }
    let copies = levels.map {
      LoopSampler(
        copying: $0.bytesOfWorker, workers: session.threads,
        sliceNanoseconds: round * Self.shares.bandwidths * 1e9 / Double(levels.count))
    }

    var samples = LayerSamples(traced)
    var ignored = LayerSamples(traced)
    ignored.take(traced, images, for: min(Self.longestWarmUp, seconds / 10))
    var peaks: [Double] = []
    var bandwidths = [[Double]](repeating: [], count: levels.count)
    var clock = BenchmarkClock(seconds: seconds)
    repeat {
      samples.take(traced, images, for: round * Self.shares.network)
      // Per core time: the system may take a worker's core in the middle of a slice, but rarely in
      // the middle of a task.
      peaks.append(peak.sample(by: \.coreNanoseconds))
      for (index, copy) in copies.enumerated() {
        bandwidths[index].append(copy.sample(by: \.coreNanoseconds))
      }
    } while clock.goesOn() && samples.count < Self.mostRuns
    clock.finish()

    let roofline = Roofline(
      peak: Summary.median(peaks),
      bandwidths: zip(levels, bandwidths).map { ($0, Summary.median($1)) })
    traced.run(images.span)
    let timeline = (0..<Self.timelineRuns).map { _ in traced.traced(images.span) }
    return TimeBreakdown(traced, tuning, samples, roofline: roofline, timeline: timeline)
  }
}
