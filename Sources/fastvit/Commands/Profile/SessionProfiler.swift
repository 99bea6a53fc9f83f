import CommandLineTool
import FastViT
import Measurement

/// What `profile` measures, and how.
struct SessionProfiler: Sendable {
  let weights: WeightsSource
  let variant: Variant?
  let instructionSet: InstructionSet
  let threads: Int?
  let schedule: Session.Schedule

  /// Of every picture.
  let size: PixelSize

  /// Which tuning profile to use.
  let profile: ProfileArguments

  /// How long to measure.
  let seconds: Double

  /// Shares of a round, and the longest round in seconds; see `SessionBenchmark`.
  private static let shares = (network: 0.8, peak: 0.06, bandwidths: 0.14)
  private static let longestRound = 0.6

  /// Seconds of warming up, at most.
  private static let longestWarmUp = 0.5

  /// Of which every sample is kept; medians of more tell nothing new.
  static let mostRuns = 20_000

  /// Consecutive runs for the timeline.
  private static let timelineRuns = 3

  /// Measures for about `seconds`; every kind of work is done once at least.
  func run() throws(CommandFailure) -> Profile {
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
    let pictures = SessionBenchmark.pictures(traced.picturesPerRun, size)
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

    var samples = ProfileSamples(traced)
    var ignored = ProfileSamples(traced)
    ignored.take(traced, pictures, for: min(Self.longestWarmUp, seconds / 10))
    var peaks: [Double] = []
    var bandwidths = [[Double]](repeating: [], count: levels.count)
    var clock = BenchmarkClock(seconds: seconds)
    repeat {
      samples.take(traced, pictures, for: round * Self.shares.network)
      // By core time, as a worker loses its core now and then in a slice, but seldom in a tile.
      peaks.append(peak.sample(by: \.coreNanoseconds))
      for (index, copy) in copies.enumerated() {
        bandwidths[index].append(copy.sample(by: \.coreNanoseconds))
      }
    } while clock.goesOn() && samples.count < Self.mostRuns
    clock.finish()

    let roofline = Roofline(
      peak: Summary.median(peaks),
      bandwidths: zip(levels, bandwidths).map { ($0, Summary.median($1)) })
    traced.run(pictures.span)
    let timeline = (0..<Self.timelineRuns).map { _ in traced.traced(pictures.span) }
    return Profile(traced, tuning, samples, roofline: roofline, timeline: timeline)
  }
}
