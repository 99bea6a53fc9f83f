import FastViTExecution
import FastViTOperations
import FastViTTestSupport
import Testing

@testable import FastViTTuning

/// Decisions from given samples, without a machine.
@Suite struct ContestTests {
  private static let subject = TuningEntry.Subject(
    key: PlanChoices.Key([], on: .portable, workers: 1), isOfKernels: true)

  private static func list(_ count: Int) -> CandidateList {
    CandidateList(subject, (0..<count).map { .kernels(["\($0)"]) })
  }

  /// A contest of as many candidates as there are times, with noise of ±1 %.
  private func contest(_ times: [Double], samples: Int) -> Contest {
    var contest = Contest(Self.list(times.count))
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
    // The rules' choice stays, because others are compared with it.
    #expect(contest.running == [0, 1, 3])
    let entry = try #require(contest.entry)
    #expect([.kernels(["1"]), .kernels(["3"])].contains(entry.choice))
    #expect((entry.defaultTime / 100 - 1).magnitude < 0.01 && entry.samples == 10)
    #expect(entry.time < 81 && entry.spread > 0)
  }

  /// A difference that chance explains is no reason to leave the rules' choice.
  @Test func equalsKeepTheRules() {
    #expect(contest([100, 99.9, 100.2], samples: 12).entry?.choice == .kernels(["0"]))
  }

  /// The least significant difference is three standard errors. For two candidates with nine samples each,
  /// whose median absolute deviation is 1, it is 2.97.
  @Test(arguments: [(97.0, 1), (97.1, 0)]) func chanceShrinksWithTheSamples(
    time: Double, winner: Int
  ) {
    var known = Measurements(Self.list(2))
    for (candidate, middle) in [100, time].enumerated() {
      for noise in [-1.0, -1, -1, 0, 0, 0, 1, 1, 1] {
        known.record(candidate, nanoseconds: middle + noise)
      }
    }
    let entry = Contest(Self.list(2), known: known).entry
    #expect(entry?.choice == .kernels(["\(winner)"]))
    #expect(entry?.spread == 1 && entry?.defaultTime == 100)
  }

  @Test func fewSamplesSayNothing() {
    let few = contest([100, 50], samples: Contest.leastSamples - 1)
    #expect(few.entry == nil && !few.isSilent)
    #expect(contest([100, 50], samples: Contest.leastSamples).entry?.choice == .kernels(["1"]))
    #expect(contest([1], samples: 0).isSilent)
  }

  /// Earlier samples of the contest's candidates count, and those of other candidates are kept.
  @Test func aContestGoesOnFromItsMeasurements() throws {
    var known = Measurements(Self.list(4))
    for (candidate, time) in [(0, 100.0), (0, 101), (1, 80), (2, 90), (2, 91), (3, 10)] {
      known.record(candidate, nanoseconds: time)
    }
    var contest = Contest(Self.list(3), known: known)
    #expect(contest.isSilent && contest.running == [0, 1, 2] && contest.completeSamples == 1)
    var random = SeededGenerator(2)
    #expect(contest.draw(using: &random) == 1)
    contest.record(1, nanoseconds: 82)
    #expect(!contest.isSilent && contest.completeSamples == 2)
    #expect(contest.measurements.list == known.list)
    #expect(contest.measurements.samples == [[100, 101], [80, 82], [90, 91], [10]])
  }
}
