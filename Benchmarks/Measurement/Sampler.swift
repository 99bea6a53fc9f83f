import Measurement

/// Something to be timed.
struct Probe {
  /// Does the work `iterations` times.
  let run: (_ iterations: Int) -> Void

  /// Whether caches are emptied before it when cold times are asked for.
  let touchesMemory: Bool
}

/// The times of one iteration, one a repetition.
struct Samples: Sendable {
  /// Iterations that each repetition timed together.
  let iterations: Int
  let repetitions: [Elapsed]
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

  /// Empties the caches before each iteration; nil where they may stay warm.
  let eviction: CacheEviction?
  let clock: Samples.Clock

  func measure(_ probes: [Probe]) -> [Samples] {
    let counts = probes.map(iterations)
    var samples = [[Elapsed]](repeating: [], count: probes.count)
    for _ in 0..<repetitions {
      for index in probes.indices.shuffled() {
        samples[index].append(sample(probes[index], counts[index]))
      }
    }
    return zip(counts, samples).map { Samples(iterations: $0, repetitions: $1, clock: clock) }
  }

  /// One repetition, as the time of one iteration.
  private func sample(_ probe: Probe, _ iterations: Int) -> Elapsed {
    guard let eviction, probe.touchesMemory else {
      // Another probe may have had the caches to itself.
      probe.run(1)
      let elapsed = timing { probe.run(iterations) }
      return elapsed.divided(by: iterations)
    }
    let cold = (0..<iterations).map { _ in
      eviction.run()
      return timing { probe.run(1) }
    }
    return Elapsed(
      realNanoseconds: Summary.median(cold.map(\.realNanoseconds)),
      coreNanoseconds: Summary.median(cold.map(\.coreNanoseconds)))
  }

  /// How many iterations last `minimumTime`; a few in the cold, where emptying takes most of the time.
  private func iterations(_ probe: Probe) -> Int {
    guard eviction == nil || !probe.touchesMemory else { return 3 }
    probe.run(1)
    var count = 1
    while true {
      let seconds = timing { probe.run(count) }.realNanoseconds * 1e-9
      if seconds >= minimumTime || count >= 1 << 40 { return count }
      // Short runs are measured badly, so the count grows in steps.
      let wanted = Double(count) * minimumTime / max(seconds, 1e-9)
      count = max(count + 1, min(count * 16, Int(wanted * 1.1)))
    }
  }
}
