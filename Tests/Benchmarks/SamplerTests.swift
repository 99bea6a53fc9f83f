import Measurement
import Testing

@testable import fastvit_bench

/// The way samples are taken.
@Suite struct SamplerTests {
  @Test func everyProbeIsSampledInEveryRepetition() {
    var calls = [0, 0]
    let probes = [0, 1].map { index in
      Probe(run: { calls[index] += $0 }, touchesMemory: false)
    }
    let samples = Sampler(repetitions: 5, minimumTime: 0, eviction: nil, clock: .wall).measure(
      probes)
    #expect(samples.map(\.repetitions.count) == [5, 5])
    // One call to warm up and one to calibrate, then two for each repetition.
    #expect(calls == [12, 12])
    #expect(samples.allSatisfy { $0.iterations == 1 })
  }

  /// One contestant and the incumbent take longer than the other contestant, by a clock that only probes
  /// move: other tests share this process's cores.
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
      repetitions: repetitions, minimumTime: 0, eviction: nil, clock: .core)
    sampler.elapsed = { body in
      let start = now
      body()
      return Elapsed(realNanoseconds: now - start, coreNanoseconds: now - start)
    }
    let counts = sampler.measure(probes).map(\.repetitions.count)
    #expect(counts == [repetitions, Sampler.fewestRepetitions, repetitions, repetitions])
  }

  @Test func noRepetitionBeginsAfterTheDeadline() {
    let sampler = Sampler(
      repetitions: 100, minimumTime: 0, eviction: nil, clock: .core, deadline: .now)
    let samples = sampler.measure([Probe(run: { _ in }, touchesMemory: false)])
    #expect(samples[0].repetitions.count == Sampler.fewestRepetitions)
  }

  @Test func clockIsPlausible() {
    let probe = Probe(run: { CoreClock.run(links: $0 * 1000) }, touchesMemory: false)
    let samples = Sampler(repetitions: 5, minimumTime: 0.001, eviction: nil, clock: .wall).measure([
      probe
    ])
    let gigahertz = 1000 * CoreClock.cyclesPerLink / samples[0].summary.median
    #expect((0.05...10).contains(gigahertz))
  }
}
