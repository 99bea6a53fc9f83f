import FastViTMeasurement

/// Something to be timed.
struct Probe {
  /// Does the work `iterations` times.
  let run: (_ iterations: Int) -> Void

  /// Whether the caches are emptied before each iteration where cold times are asked for.
  let touchesMemory: Bool

  var role = Role.bystander

  /// What `Sampler.measure` compares a probe with.
  enum Role: Sendable {
    /// No other probe.
    case bystander
    /// The other contestants and the incumbents. A contestant is given up once it cannot be the fastest.
    case contestant
    /// The contestants. An incumbent is never given up.
    case incumbent
  }
}

/// The times of one iteration, one time per repetition.
struct Samples: Sendable {
  /// Iterations that each repetition timed together.
  let iterations: Int
  var repetitions: [Elapsed]
  let clock: Clock

  /// Which of the measured times counts.
  enum Clock: Sendable {
    /// The wall-clock time.
    case wall
    /// The time that the process had a core. For one worker it is the better time, because other
    /// processes on the machine do not count (google-benchmark's counters use it, too).
    case core
  }

  /// Nanoseconds per iteration, for each repetition.
  var times: [Double] {
    repetitions.map { clock == .core ? $0.coreNanoseconds : $0.realNanoseconds }
  }

  var summary: Summary { Summary(times) }
}

/// Times several probes in turn, in another random order in each repetition, so that a machine that
/// becomes slower or faster does so for all of them.
struct Sampler {
  let repetitions: Int

  /// The least time of one repetition of one probe, in seconds.
  let minimumTime: Double

  /// Empties the caches, before each iteration; nil where they may stay warm.
  let evict: (() -> Void)?
  let clock: Samples.Clock

  /// Times one call of `body`.
  var elapsed: (_ body: () -> Void) -> Elapsed = { timing($0) }

  /// The time after which no repetition begins, once there are `fewestRepetitions`; nil for no limit.
  var deadline: ContinuousClock.Instant?

  /// Repetitions after which a contestant may be given up. A contestant that is as fast as the best one is
  /// slower in all of them once in 2048 times, and more often where the best of many was so by luck.
  static let fewestRepetitions = 11

  /// The times of each probe. A probe that was given up has only those of the first repetitions: in all of
  /// them it was slower than the contestant or incumbent with the least median.
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
      // The probe before this one may have filled the caches.
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

  /// How many iterations last `minimumTime`; only a few with cold caches, because emptying them takes most
  /// of the time.
  private func iterations(_ probe: Probe) -> Int {
    guard evict == nil || !probe.touchesMemory else { return 3 }
    probe.run(1)
    var count = 1
    while true {
      let seconds = elapsed { probe.run(count) }.realNanoseconds * 1e-9
      if seconds >= minimumTime || count >= 1 << 40 { return count }
      // Short times are measured badly, so the count grows gradually.
      let wanted = Double(count) * minimumTime / max(seconds, 1e-9)
      count = max(count + 1, min(count * 16, Int(wanted * 1.1)))
    }
  }
}
