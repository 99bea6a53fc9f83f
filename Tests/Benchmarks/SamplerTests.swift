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

  /// One contestant and the incumbent take ten times as long as the other contestant.
  @Test func contestantsThatCannotWinAreGivenUp() {
    func probe(_ role: Probe.Role, links: Int) -> Probe {
      Probe(run: { CoreClock.run(links: $0 * links) }, touchesMemory: false, role: role)
    }
    let probes = [
      probe(.bystander, links: 1), probe(.contestant, links: 100_000),
      probe(.contestant, links: 10_000), probe(.incumbent, links: 100_000),
    ]
    let repetitions = Sampler.fewestRepetitions + 3
    let sampler = Sampler(
      repetitions: repetitions, minimumTime: 0, eviction: nil, clock: .core)
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
