import FastViTCatalogue
import FastViTExecution
import FastViTMeasurement
import FastViTNetwork
import FastViTOperations
import FastViTScheduler
import FastViTTestSupport
import Foundation
import Synchronization
import Testing

@testable import FastViTTuning

/// Campaigns that end early and are resumed, and what they decide.
@Suite(.serialized) struct CampaignTests {
  private static func runner() throws -> TrialRunner {
    let parameters = NetworkParameters(
      try #require(Architecture.named("t8")), form: SyntheticWeights.form, classCount: 7)
    return try TrialRunner(
      FoldedWeights(parameters, from: SyntheticWeights(seed: 3)), for: InstructionSet.best,
      guide: PlanGuide(height: 32, width: 48, workers: 1), team: Team(workerCount: 1))
  }

  /// Earlier measurements are not repeated, and they count in decisions.
  @Test func whatWasMeasuredBeforeCounts() throws {
    let folder = try ScratchFolder()
    let path = folder.file("p.jsonl")
    let runner = try Self.runner()
    let lists = Campaign(runner, level: .measure, log: nil, limit: 0).kernels()
    let (whole, part) = (try #require(lists.first), try #require(lists.last))
    do {
      let log = try ProfileLog(path, resuming: false)
      for (list, count) in [(whole, 40), (part, 37)] {
        try log.append(list)
        // The last candidate is faster than any real one.
        let last = list.choices.count - 1
        for _ in 0..<count {
          for candidate in 0...last {
            try log.append([(list.subject, candidate, candidate == last ? 1 : 1_000_000_000)])
          }
        }
      }
    }
    let outcome = try Campaign(
      runner, level: .measure, log: ProfileLog(path, resuming: true), limit: 300
    ).run()
    #expect(outcome.undecided == 0 && outcome.entries.count == lists.count)
    let profile = try ProfileFile(contentsOf: path).profile
    #expect(profile.entries.count == lists.count && profile.undecided.isEmpty)
    let entry = try #require(profile.entry(for: whole.subject))
    #expect(entry.choice == whole.choices.last && entry.samples == 40)
    #expect((entry.time, entry.spread, entry.defaultTime) == (1, 0, 1e9))
    let other = try #require(profile.entry(for: part.subject))
    #expect(other.choice == part.choices.last && other.time == 1)
    #expect((37...43).contains(other.samples))

    // Nothing is left to measure. An entry for another number of workers does not count.
    let foreign = TuningEntry(
      key: PlanChoices.Key(
        whole.subject.key.operations, on: runner.instructionSet, workers: 2),
      choice: entry.choice, time: 1, spread: 0, defaultTime: 1, samples: 9)
    try ProfileLog(path, resuming: true).append(foreign)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let again = try Campaign(
      runner, level: .measure, log: ProfileLog(path, resuming: true), limit: 300,
      report: { _ in Issue.record("something is measured again") }
    ).run()
    #expect(again.entries == outcome.entries && again.undecided == 0)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
  }

  /// Candidates that cannot win are measured further only at the exhaustive level.
  @Test(arguments: [(TuningLevel.measure, [0, 1]), (.exhaustive, [0, 1, 2])])
  func theHopelessAreMeasuredExhaustivelyOnly(level: TuningLevel, running: [Int]) throws {
    let runner = try Self.runner()
    let campaign = Campaign(runner, level: level, log: nil, limit: 0)
    let subject = try #require(campaign.kernels().first).subject
    var known = Measurements(
      CandidateList(subject, ["a", "b", "c"].map { .kernels([$0]) }))
    for (candidate, time) in [10.0, 10, 20].enumerated() {
      for _ in 0..<Contest.leastSamples { known.record(candidate, nanoseconds: time) }
    }
    let left = try campaign.settle([Contest(known.list, known: known)]) { _ in false }
    #expect(left.map(\.running) == [running])
  }

  @Test func whatIsStillEqualIsMeasuredLonger() throws {
    let runner = try Self.runner()
    func goal(_ level: TuningLevel, candidates: Int) throws -> Int {
      let campaign = Campaign(runner, level: level, log: nil, limit: 0)
      let list = try #require(campaign.kernels().first)
      return campaign.goal(
        of: Contest(CandidateList(list.subject, Array(list.choices.prefix(candidates)))))
    }
    #expect(try goal(.measure, candidates: 2) == 40 && goal(.measure, candidates: 1) == 16)
    #expect(try goal(.exhaustive, candidates: 2) == 80 && goal(.exhaustive, candidates: 1) == 80)
  }

  /// Where this campaign did a tenth of the work in a minute, the remaining half takes five minutes. Work
  /// that was done before does not count.
  @Test func thePaceIsThatOfThisCampaign() {
    func left(_ done: Double, before: Double, left: Double = 1000) -> Double {
      Campaign.secondsLeft(done, before: before, over: 60, left: left)
    }
    #expect(abs(left(0.5, before: 0.4) - 300) < 1e-9)
    #expect(abs(left(0.1, before: 0) - 540) < 1e-9)
    #expect(left(0.5, before: 0.4, left: 7) == 7 && left(0.5, before: 0.5) == 1000)
  }

  /// A mistake is a choice of kernels that is slower by more than a tenth, for an operation that takes more
  /// than a tenth of the time.
  @Test func onlyWhatCostsIsAMistake() throws {
    func entry(_ operation: String, _ choice: TuningChoice, default time: Double) throws
      -> TuningEntry
    {
      let problem = try NamedProblem(parsing: operation).problem
      return TuningEntry(
        key: PlanChoices.Key([problem], on: .portable, workers: 1), choice: choice, time: 100,
        spread: 0, defaultTime: time, samples: 9)
    }
    let (large, small) = ("ic48ih8oc48kh1", "ic48ih4oc48kh1")
    let entries = [
      try entry(large, .kernels(["a"]), default: 111),
      try entry(large, .kernels(["a"]), default: 109),
      try entry(small, .kernels(["a"]), default: 200),
      try entry(large, .step(StepChoice()), default: 200),
    ]
    let outcome = Campaign.Outcome(
      entries: entries,
      shares: [entries[0].key.operations[0]: 0.9, entries[2].key.operations[0]: 0.1],
      standard: Summary([1]), tuned: Summary([1]), undecided: 0)
    #expect(outcome.mistakes(tolerance: 0.1, share: 0.1) == [entries[0]])
  }

  /// Each campaign is interrupted at its first report. All measurements are kept, in their order.
  @Test func whatIsNotDecidedIsKept() throws {
    let folder = try ScratchFolder()
    let path = folder.file("p.jsonl")
    let runner = try Self.runner()
    var before: [Measurements] = []
    for count in 1...3 {
      let last = LastProgress()
      let outcome = try Campaign(
        runner, level: .exhaustive, log: ProfileLog(path, resuming: count > 1), limit: 300,
        isInterrupted: { last.progress != nil }, report: { last.progress = $0 }
      ).run()
      let profile = try ProfileFile(contentsOf: path).profile
      let after = profile.undecided
      #expect(after.count > 15 && after.allSatisfy { $0.count == 4 * count })
      for (old, new) in zip(before, after) {
        #expect(old.list == new.list)
        for (some, more) in zip(old.samples, new.samples) { #expect(more.starts(with: some)) }
      }
      before = after
      let progress = try #require(last.progress)
      #expect(progress.total == outcome.undecided + outcome.entries.count)
      #expect(progress.decided == outcome.entries.count && progress.secondsLeft > 0)
      #expect(progress.secondsLeft <= 300 && progress.defaultTime > 0)
    }
  }
}

/// The last progress that a campaign reported.
private final class LastProgress: Sendable {
  private let value = Mutex<Campaign.Progress?>(nil)

  var progress: Campaign.Progress? {
    get { value.withLock { $0 } }
    set { value.withLock { $0 = newValue } }
  }
}
