import CommandLineTool
import FastViT
import Measurement

/// What `bench` measures, and how.
struct SessionBenchmark: Sendable {
  let weights: WeightsSource
  let variant: Variant?
  let instructionSet: InstructionSet
  let threads: Int?
  let schedule: Session.Schedule

  /// Pictures in one call.
  let batch: Int

  /// Of every picture.
  let size: PixelSize

  /// Which tuning profile to use.
  let profile: ProfileArguments

  /// How long to measure.
  let seconds: Double

  /// What was measured.
  struct Result: Sendable {
    let session: Session

    /// The tuning profile that was used; nil for none.
    let profile: TuningProfile?

    /// Nanoseconds of each call on a prepared batch.
    let engine: Summary

    /// Nanoseconds of each call with the preparation of its pictures.
    let endToEnd: Summary

    /// Cores that the process kept busy during the engine's calls, on average.
    let busyCores: Double

    /// Floating-point operations in a nanosecond of the multiply-add loop on all workers together; nil
    /// where the instruction set has none.
    let peak: Double?

    /// Nanoseconds from opening the weights to the first logits.
    let firstResult: Double

    /// Bytes in physical memory once warm; nil where the system does not say.
    let residentBytes: Int?
  }

  /// Shares of a round of slices, and the longest round in seconds: long enough that what a slice does
  /// to the caches of the next is little, short enough that a machine which changes its speed does so
  /// for all of them.
  private static let shares = (engine: 0.65, endToEnd: 0.3, peak: 0.05)
  private static let longestRound = 0.6

  /// Seconds of warming up, at most.
  private static let longestWarmUp = 0.5

  /// Measures for about `seconds`; every kind of work is done once at least.
  func run() throws(CommandFailure) -> Result {
    let pictures = Self.pictures(batch, size)
    let profile = try profile.load()
    var first: BatchRunner?
    let firstResult = try timing { () throws(CommandFailure) in
      var runner = BatchRunner(try makeSession(profile), batch: batch, size: size)
      try runner.run(pictures)
      first = runner
    }
    guard var runner = first else { preconditionFailure("the body was run") }
    var warmUp: [Elapsed] = []
    try Self.sample(into: &warmUp, for: min(Self.longestWarmUp, seconds / 10)) {
      () throws(CommandFailure) in try runner.run(pictures)
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
        () throws(CommandFailure) in try runner.run(pictures)
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

  /// `count` pictures, planar, of values like those of normalised ones; which they are does not change
  /// how long a run takes.
  static func pictures(_ count: Int, _ size: PixelSize) -> [Float] {
    (0..<count * 3 * size.height * size.width).map { Float($0 % 251) / 63 - 2 }
  }

  /// Times `call` over and over for `seconds`, once at least, after a call that is not timed, because
  /// what was done in between has had the caches to itself.
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

  /// Of the nanoseconds on the wall.
  private static func summary(_ times: [Elapsed]) -> Summary {
    Summary(times.map(\.realNanoseconds))
  }

  /// Cores that the process had, on average over `times`.
  static func busyCores(_ times: [Elapsed]) -> Double {
    let real = times.reduce(0) { $0 + $1.realNanoseconds }
    return times.reduce(0) { $0 + $1.coreNanoseconds } / real
  }
}

/// Runs one batch after the other in the same memory.
private struct BatchRunner {
  let session: Session
  private let batch: Int
  private let size: PixelSize
  private lazy var file = EmbeddedPicture.bytes
  private var prepared: [Float] = []
  private var logits: [Float]

  init(_ session: Session, batch: Int, size: PixelSize) {
    self.session = session
    self.batch = batch
    self.size = size
    logits = [Float](repeating: 0, count: batch * session.model.classCount)
  }

  /// Runs the network on normalised pictures.
  mutating func run(_ pictures: [Float]) throws(CommandFailure) {
    let (session, batch, size) = (session, batch, size)
    do throws(FastViTError) {
      var logits = logits.mutableSpan
      try session.run(
        pictures.span, count: batch, height: size.height, width: size.width, into: &logits)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// Makes every picture of the batch from the embedded file, then runs the network.
  mutating func prepareAndRun() throws(CommandFailure) {
    prepared.removeAll(keepingCapacity: true)
    for _ in 0..<batch {
      do throws(FastViTError) {
        prepared += try session.model.input(
          fromPicture: file, named: "embedded picture", height: size.height, width: size.width)
      } catch {
        throw CommandFailure(error)
      }
    }
    try run(prepared)
  }
}
