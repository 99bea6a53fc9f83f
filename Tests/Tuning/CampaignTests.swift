import Execution
import KernelCatalog
import KernelContract
import Network
import Scheduler
import Synchronization
import TestSupport
import Testing

@testable import Tuning

/// Campaigns that end in the middle and go on.
@Suite(.serialized) struct CampaignTests {
  private static func runner() throws -> TrialRunner {
    let parameters = NetworkParameters(
      try #require(Architecture.named("t8")), form: SyntheticWeights.form, classCount: 7)
    return try TrialRunner(
      FoldedWeights(parameters, from: SyntheticWeights(seed: 3)), for: KernelCatalog.best,
      guide: PlanGuide(height: 32, width: 48, workers: 1), team: Team(workerCount: 1))
  }

  /// What is known already is not measured again, and decides.
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
  }

  /// Each time ended after its first look; all that was measured stays, in its order.
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

/// What a campaign reported last.
private final class LastProgress: Sendable {
  private let value = Mutex<Campaign.Progress?>(nil)

  var progress: Campaign.Progress? {
    get { value.withLock { $0 } }
    set { value.withLock { $0 = newValue } }
  }
}
