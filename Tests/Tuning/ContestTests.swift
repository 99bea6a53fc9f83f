import Execution
import KernelContract
import TestSupport
import Testing

@testable import Tuning

/// Decisions from samples alone.
@Suite struct ContestTests {
  private static let subject = TuningEntry.Subject(
    key: PlanChoices.Key([], on: .portable, workers: 1), isOfKernels: true)

  /// A contest of as many candidates as there are times, with noise of ±1 %.
  private func contest(_ times: [Double], samples: Int) -> Contest {
    var contest = Contest(Self.subject, times.indices.map { .kernels(["\($0)"]) })
    var random = SeededGenerator(1)
    for _ in 0..<samples * times.count {
      let candidate = contest.draw(using: &random)
      let noise = Double.random(in: 0.99...1.01, using: &random)
      contest.record(candidate, nanoseconds: times[candidate] * noise)
    }
    return contest
  }

  @Test func drawsAreEven() {
    #expect(contest([1, 2, 3], samples: 7).completeSamples == 7)
  }

  @Test func theSlowAreDroppedAndTheFastestWins() throws {
    var contest = contest([100, 80, 120, 80.1], samples: 10)
    contest.drop()
    // The rules' choice stays, to be compared with.
    #expect(contest.running == [0, 1, 3])
    let entry = try #require(contest.entry)
    #expect([.kernels(["1"]), .kernels(["3"])].contains(entry.choice))
    #expect((entry.defaultTime / 100 - 1).magnitude < 0.01 && entry.samples == 10)
    #expect(entry.time < 81 && entry.spread > 0)
  }

  /// What chance explains is no reason to leave the rules.
  @Test func equalsKeepTheRules() {
    #expect(contest([100, 99.9, 100.2], samples: 12).entry?.choice == .kernels(["0"]))
  }

  @Test func fewSamplesSayNothing() {
    let few = contest([100, 50], samples: Contest.leastSamples - 1)
    #expect(few.entry == nil && !few.isSilent)
    #expect(contest([1], samples: 0).isSilent)
  }
}
