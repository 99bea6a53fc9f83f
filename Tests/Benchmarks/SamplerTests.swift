import FastViTCPU
import FastViTMeasurement
import Testing

@testable import FastViTBench

/// The way samples are taken.
@Suite struct SamplerTests {
  @Test func everyProbeIsSampledInEveryRepetition() {
    var calls = [0, 0]
    let probes = [0, 1].map { index in
      Probe(run: { calls[index] += $0 }, touchesMemory: false)
    }
    let samples = Sampler(repetitions: 5, minimumTime: 0, evict: nil, clock: .wall).measure(
      probes)
    #expect(samples.map(\.repetitions.count) == [5, 5])
    // One call to warm up and one to calibrate, then two per repetition.
    #expect(calls == [12, 12])
    #expect(samples.allSatisfy { $0.iterations == 1 })
  }

  /// One contestant and the incumbent take longer than the other contestant. Only probes advance the clock,
  /// because other tests share this process's cores.
  @Test func contestantsThatCannotWinAreGivenUp() {
    var now = 0.0
    func probe(_ role: Probe.Role, nanoseconds: Double) -> Probe {
      Probe(run: { now += Double($0) * nanoseconds }, touchesMemory: false, role: role)
    }
    let probes = [
      probe(.bystander, nanoseconds: 1), probe(.contestant, nanoseconds: 101),
      probe(.contestant, nanoseconds: 100), probe(.incumbent, nanoseconds: 101),
    ]
    let repetitions = Sampler.fewestRepetitions + 3
    var sampler = Sampler(
      repetitions: repetitions, minimumTime: 0, evict: nil, clock: .core)
    sampler.elapsed = { body in
      let start = now
      body()
      return Elapsed(realNanoseconds: now - start, coreNanoseconds: now - start)
    }
    let counts = sampler.measure(probes).map(\.repetitions.count)
    #expect(counts == [repetitions, Sampler.fewestRepetitions, repetitions, repetitions])
  }

  /// By a clock that only the probe advances.
  @Test func repetitionsLastTheMinimumTime() {
    var now = 0.0
    var sampler = Sampler(repetitions: 1, minimumTime: 1e-5, evict: nil, clock: .wall)
    sampler.elapsed = { body in
      let start = now
      body()
      return Elapsed(realNanoseconds: now - start, coreNanoseconds: 0)
    }
    let probe = Probe(run: { now += Double($0) * 100 }, touchesMemory: false)
    let samples = sampler.measure([probe])[0]
    #expect((100...200).contains(samples.iterations) && samples.times == [100])
  }

  /// The caches are not emptied before a probe that touches no memory.
  @Test func cachesAreEmptiedBeforeEachColdCall() {
    var events = ""
    let probes = [true, false].map { isCold in
      Probe(
        run: { if isCold { events += String(repeating: "m", count: $0) } }, touchesMemory: isCold)
    }
    let sampler = Sampler(
      repetitions: 2, minimumTime: 0, evict: { events += "e" }, clock: .wall)
    #expect(sampler.measure(probes).map(\.iterations) == [3, 1])
    #expect(events == String(repeating: "em", count: 6))
  }

  @Test func noRepetitionBeginsAfterTheDeadline() {
    let sampler = Sampler(
      repetitions: 100, minimumTime: 0, evict: nil, clock: .core, deadline: .now)
    let samples = sampler.measure([Probe(run: { _ in }, touchesMemory: false)])
    #expect(samples[0].repetitions.count == Sampler.fewestRepetitions)
  }

  /// Every core that may run a worker has caches of its own.
  @Test(arguments: [1, 3]) func everyWorkerEmptiesItsCaches(threads: Int) {
    let workers = threads == 1 ? 1 : max(threads, CoreBudget.current.coreCount)
    #expect(CacheEviction(threads: threads, patience: .seconds(60)).run() == workers)
  }

  @Test func clockIsPlausible() {
    let probe = Probe(run: { CoreClock.run(links: $0 * 1000) }, touchesMemory: false)
    let samples = Sampler(repetitions: 5, minimumTime: 0.001, evict: nil, clock: .wall).measure([
      probe
    ])
    let gigahertz = 1000 * CoreClock.cyclesPerLink / samples[0].summary.median
    #expect((0.05...10).contains(gigahertz))
  }
}
