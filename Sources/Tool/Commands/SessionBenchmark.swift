import FastViT
import FastViTCommandLine
import FastViTMeasurement

/// The measurement of `bench`.
struct SessionBenchmark: Sendable {
  let weights: WeightsSource
  let variant: Variant?
  let instructionSet: VectorInstructions
  let threads: Int?
  let schedule: Session.Schedule

  /// The number of images per call.
  let batch: Int

  /// The size of every image.
  let size: PixelSize

  /// The tuning profile to use.
  let profile: ProfileArguments

  /// How long to measure.
  let seconds: Double

  /// The results.
  struct Result: Sendable {
    let session: Session

    /// The tuning profile that was used; nil for none.
    let profile: TuningProfile?

    /// The nanoseconds of each call on a prepared batch.
    let engine: Summary

    /// The nanoseconds of each call together with the preparation of its images.
    let endToEnd: Summary

    /// The number of cores that the process kept busy during the engine's calls, on average.
    let busyCores: Double

    /// The floating-point operations per nanosecond of the multiply-add loop on all workers
    /// together; nil where the instruction set has no such loop.
    let peak: Double?

    /// The nanoseconds from opening the weights to the first logits.
    let firstResult: Double

    /// The bytes in physical memory after the warm-up; nil where the system does not report them.
    let residentBytes: Int?
  }

  /// The share of each kind of work in a round of slices, and the longest round in seconds. A round
  /// is long enough that a slice is hardly affected by what the previous slice left in the caches,
  /// and short enough that a change of the machine's speed affects all kinds of work alike.
  private static let shares = (engine: 0.65, endToEnd: 0.3, peak: 0.05)
  private static let longestRound = 0.6

  /// The longest warm-up in seconds.
  private static let longestWarmUp = 0.5

  /// Measures for about `seconds`; every kind of work is done at least once.
  func run() throws(CommandFailure) -> Result {
    // Before the model is there, for its time is measured: a file's variant is not yet known.
    let images = Self.images(batch, size, for: variant ?? .t8)
    let profile = try profile.load()
    var first: BatchRunner?
    let firstResult = try timing { () throws(CommandFailure) in
      var runner = BatchRunner(try makeSession(profile), batch: batch, size: size)
      try runner.run(images)
      first = runner
    }
    guard var runner = first else { preconditionFailure("the body was run") }
    var warmUp: [Elapsed] = []
    try Self.sample(into: &warmUp, for: min(Self.longestWarmUp, seconds / 10)) {
      () throws(CommandFailure) in try runner.run(images)
    }
    let residentBytes = ResidentMemory.bytes
    let round = min(Self.longestRound, seconds)
    let peak = LoopSampler(
      peakOf: runner.session, sliceNanoseconds: round * Self.shares.peak * 1e9)

    var engine: [Elapsed] = []
    var endToEnd: [Elapsed] = []
    var peaks: [Double] = []
    var clock = BenchmarkClock(seconds: seconds)
    repeat {
      try Self.sample(into: &engine, for: round * Self.shares.engine) {
        () throws(CommandFailure) in try runner.run(images)
      }
      if let peak { peaks.append(peak.sample(by: \.realNanoseconds)) }
      try Self.sample(into: &endToEnd, for: round * Self.shares.endToEnd) {
        () throws(CommandFailure) in try runner.prepareAndRun()
      }
    } while clock.goesOn()
    return Result(
      session: runner.session, profile: profile, engine: Self.summary(engine),
      endToEnd: Self.summary(endToEnd), busyCores: Self.busyCores(engine),
      peak: peaks.isEmpty ? nil : Summary.median(peaks),
      firstResult: firstResult.realNanoseconds, residentBytes: residentBytes)
  }

  private func makeSession(_ profile: TuningProfile?) throws(CommandFailure) -> Session {
    let tuning = profile.map {
      Model.Tuning($0, threads: threads, height: size.height, width: size.width)
    }
    return Session(
      try ModelArguments.model(weights, variant, instructionSet, tuning: tuning),
      threads: threads, schedule: schedule)
  }

  /// `count` images for `variant`, planar, of values like those of normalised ones; which they are does
  /// not change how long a run takes.
  static func images(_ count: Int, _ size: PixelSize, for variant: Variant) -> [Float] {
    (0..<count * variant.inputChannels * size.height * size.width).map { Float($0 % 251) / 63 - 2 }
  }

  /// Times calls of `call` for `seconds`, at least one. One call before them is not timed, because
  /// other work has filled the caches.
  private static func sample<Failure>(
    into times: inout [Elapsed], for seconds: Double, _ call: () throws(Failure) -> Void
  ) throws(Failure) {
    try call()
    var total = 0.0
    repeat {
      let time = try timing(call)
      times.append(time)
      total += time.realNanoseconds
    } while total < seconds * 1e9
  }

  /// The summary of the wall-clock times.
  private static func summary(_ times: [Elapsed]) -> Summary {
    Summary(times.map(\.realNanoseconds))
  }

  /// The number of cores that the process used, on average over `times`.
  static func busyCores(_ times: [Elapsed]) -> Double {
    let real = times.reduce(0) { $0 + $1.realNanoseconds }
    return times.reduce(0) { $0 + $1.coreNanoseconds } / real
  }
}

/// Runs one batch after another in the same memory.
private struct BatchRunner {
  let session: Session
  private let batch: Int
  private let size: PixelSize
  private lazy var file = EmbeddedImage.bytes
  private var prepared: [Float] = []
  private var logits: [Float]

  init(_ session: Session, batch: Int, size: PixelSize) {
    self.session = session
    self.batch = batch
    self.size = size
    logits = [Float](repeating: 0, count: batch * session.model.classCount)
  }

  /// Runs the network on normalised images.
  mutating func run(_ images: [Float]) throws(CommandFailure) {
    let (session, batch, size) = (session, batch, size)
    do throws(FastViTError) {
      var logits = logits.mutableSpan
      try session.run(
        images.span, count: batch, height: size.height, width: size.width, into: &logits)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// Prepares every image of the batch from the embedded file, then runs the network.
  mutating func prepareAndRun() throws(CommandFailure) {
    prepared.removeAll(keepingCapacity: true)
    for _ in 0..<batch {
      do throws(FastViTError) {
        prepared += try session.model.input(
          fromImage: file, named: "embedded image", height: size.height, width: size.width)
      } catch {
        throw CommandFailure(error)
      }
    }
    try run(prepared)
  }
}
