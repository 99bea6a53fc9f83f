import Measurement

/// Something to be timed.
struct Probe {
  /// Does the work `iterations` times.
  let run: (_ iterations: Int) -> Void

  /// Whether caches are emptied before it when cold times are asked for.
  let touchesMemory: Bool

  var role = Role.bystander

  /// What `Sampler.measure` compares it with.
  enum Role: Sendable {
    /// With nothing.
    case bystander
    /// With the other contestants and the incumbents; given up once it cannot be the fastest.
    case contestant
    /// With the contestants; never given up.
    case incumbent
  }
}

/// The times of one iteration, one a repetition.
struct Samples: Sendable {
  /// Iterations that each repetition timed together.
  let iterations: Int
  var repetitions: [Elapsed]
  let clock: Clock

  /// Which of the times says how fast something is.
  enum Clock: Sendable {
    /// The clock on the wall.
    case wall
    /// The time that the process had a core: for one worker the better clock, because what else runs
    /// on the machine does not count (google-benchmark's counters follow it, too).
    case core
  }

  /// Nanoseconds of each repetition.
  var times: [Double] {
    repetitions.map { clock == .core ? $0.coreNanoseconds : $0.realNanoseconds }
  }

  var summary: Summary { Summary(times) }
}

/// Times several probes in turn, in another random order in each repetition, so that a machine that
/// becomes slower or faster does so for all of them.
struct Sampler {
  let repetitions: Int

  /// How long one repetition of one probe lasts at least, in seconds.
  let minimumTime: Double

  /// Empties the caches, before each iteration; nil where they may stay warm.
  let evict: (() -> Void)?
  let clock: Samples.Clock

  /// Measures what it is given, called once.
  var elapsed: (_ body: () -> Void) -> Elapsed = { timing($0) }

  /// When no further repetition begins, once there are `fewestRepetitions`; nil for never.
  var deadline: ContinuousClock.Instant?

  /// Repetitions after which a contestant may be given up. One that is as fast as the best is slower in
  /// all of them once in 2048 times; more often where the best was best by luck, among many.
  static let fewestRepetitions = 11

  /// The times of each probe; those of the first repetitions only where it was given up, because it was
  /// slower in all of them than whichever contestant or incumbent had the least median.
  func measure(_ probes: [Probe]) -> [Samples] {
    let counts = probes.map(iterations)
    var samples = counts.map { Samples(iterations: $0, repetitions: [], clock: clock) }
    var remaining = Array(probes.indices)
    for repetition in 1...repetitions {
      for index in remaining.shuffled() {
        samples[index].repetitions.append(sample(probes[index], counts[index]))
      }
      guard repetition >= Self.fewestRepetitions else { continue }
      if let deadline, .now >= deadline { break }
      let compared = remaining.filter { probes[$0].role != .bystander }
      guard
        let best = compared.map({ samples[$0] }).min(by: { $0.summary.median < $1.summary.median })
      else { continue }
      remaining.removeAll { index in
        probes[index].role == .contestant
          && zip(samples[index].times, best.times).allSatisfy { $0 > $1 }
      }
    }
    return samples
  }

  /// One repetition, as the time of one iteration.
  private func sample(_ probe: Probe, _ iterations: Int) -> Elapsed {
    guard let evict, probe.touchesMemory else {
      // Another probe may have had the caches to itself.
      probe.run(1)
      return elapsed { probe.run(iterations) }.divided(by: iterations)
    }
    let cold = (0..<iterations).map { _ in
      evict()
      return elapsed { probe.run(1) }
    }
    return Elapsed(
      realNanoseconds: Summary.median(cold.map(\.realNanoseconds)),
      coreNanoseconds: Summary.median(cold.map(\.coreNanoseconds)))
  }

  /// How many iterations last `minimumTime`; a few in the cold, where emptying takes most of the time.
  private func iterations(_ probe: Probe) -> Int {
    guard evict == nil || !probe.touchesMemory else { return 3 }
    probe.run(1)
    var count = 1
    while true {
      let seconds = elapsed { probe.run(count) }.realNanoseconds * 1e-9
      if seconds >= minimumTime || count >= 1 << 40 { return count }
      // Short runs are measured badly, so the count grows in steps.
      let wanted = Double(count) * minimumTime / max(seconds, 1e-9)
      count = max(count + 1, min(count * 16, Int(wanted * 1.1)))
    }
  }
}
