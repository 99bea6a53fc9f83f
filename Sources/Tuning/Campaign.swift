import Checkpoints
import Execution
import KernelContract
import Measurement
import Network

/// How much is tried.
package enum TuningLevel: String, Sendable, CaseIterable {
  /// Nothing: what the rules choose.
  case estimate
  /// The kernels of every operation.
  case measure
  /// Kernels; then fusion, bands and sharing of every step.
  case patient
  /// The same with every candidate there is, none dropped before its time.
  case exhaustive
}

/// Decides for one network, size and number of workers, by measuring it as it runs.
///
/// Every run gives each operation, or step, one of its candidates at random, so that one run is a sample
/// of all of them at once, and whatever disturbs the machine disturbs all candidates alike. Candidates
/// that cannot win any more are not drawn again.
package final class Campaign {
  private let runner: TrialRunner
  private let level: TuningLevel
  private let limit: Duration
  private let start = ContinuousClock.now
  private var profile: Profile
  private var undecided = 0
  private var random = SystemRandomNumberGenerator()
  private let isInterrupted: @Sendable () -> Bool
  private let report: (Progress) -> Void

  private var standard: [TrialTimes] = []

  /// Bytes of candidates that are packed at the same time.
  private static let mostBytes = 512 << 20

  /// Runs by the rules alone before anything is varied, and of each kind after it.
  private static let wholeRuns = 21

  /// Runs between two looks at what was measured.
  private static let round = 4

  /// - Parameters:
  ///   - known: decisions that are not to be made again.
  ///   - limit: seconds.
  ///   - isInterrupted: whether to end early.
  ///   - report: called every now and then.
  package init(
    _ runner: TrialRunner, level: TuningLevel, known: Profile, limit: Double,
    isInterrupted: @escaping @Sendable () -> Bool = { false },
    report: @escaping (Progress) -> Void = { _ in }
  ) {
    self.runner = runner
    self.level = level
    self.limit = .seconds(limit)
    self.isInterrupted = isInterrupted
    self.report = report
    profile = known
  }

  /// Measures until all is decided or the time is over.
  ///
  /// - Parameter decided: called with every decision as soon as it is made.
  /// - Throws: what `decided` throws; what folding throws.
  package func run(
    _ decided: (TuningEntry) throws(CheckpointError) -> Void
  ) throws -> Outcome {
    standard = (0..<Self.wholeRuns).map { _ in runner.run(PlanChoices()) }
    try packKnown()
    let measuresSteps = level == .patient || level == .exhaustive
    if level != .estimate { try decideKernels(until: measuresSteps ? 0.6 : 0.95, decided) }
    if measuresSteps {
      let short: Set<FusionRule> = [.stem, .patchEmbedding, .feedForward]
      let singles = runner.singles(profile.choices).map { [$0] }
      try decide(steps(runner.chains(short) + singles), until: 0.85, decided)
      // They contain some of the others, which are decided now.
      try decide(steps(runner.chains([.repMixer])), until: 0.95, decided)
    }
    return outcome()
  }

  private var elapsed: Double { start.duration(to: .now) / limit }

  private func isOver(_ deadline: Double) -> Bool { elapsed >= deadline || isInterrupted() }
}

extension Campaign {
  private func subject(
    _ operations: [OperationProblem], ofKernels: Bool
  ) -> TuningEntry.Subject {
    TuningEntry.Subject(key: runner.key(operations), isOfKernels: ofKernels)
  }

  /// Decides about kernels, group by group of operations whose candidates fit the memory together.
  private func decideKernels(
    until deadline: Double, _ decided: (TuningEntry) throws(CheckpointError) -> Void
  ) throws {
    var groups: [[Contest]] = [[]]
    var bytes = 0
    for problem in runner.distinctProblems {
      let contest = kernels(problem)
      guard contest.candidates.count > 1, profile.entry(for: contest.subject) == nil else {
        continue
      }
      let size = contest.candidates.reduce(0) { sum, choice in
        guard case .kernels(let names) = choice else { return sum }
        return sum + runner.bytes(of: names, for: problem)
      }
      if bytes + size > Self.mostBytes, groups.last?.isEmpty == false {
        groups.append([])
        bytes = 0
      }
      groups[groups.count - 1].append(contest)
      bytes += size
    }
    let begin = elapsed
    for (index, group) in groups.enumerated() {
      try pack(group)
      let share = Double(index + 1) / Double(groups.count)
      try decide(group, until: begin + (deadline - begin) * share, decided)
      for problem in group.map(\.subject.key.operations[0]) {
        runner.unpack(problem, keeping: chosenKernels(problem))
      }
    }
  }

  /// The rules' choice and all others for the kernels of `problem`.
  private func kernels(_ problem: OperationProblem) -> Contest {
    let standard = runner.standardKernels(for: problem)
    let others = PlanChoices.kernelCandidates(
      for: problem, on: runner.instructionSet, all: level == .exhaustive)
    return Contest(
      subject([problem], ofKernels: true),
      ([standard] + others.filter { $0 != standard }).map { .kernels($0) })
  }

  private func steps(_ chains: [[OperationProblem]]) -> [Contest] {
    chains.map { chain in
      Contest(
        subject(chain, ofKernels: false),
        PlanChoices.stepCandidates(
          for: chain, workers: runner.guide.workers, all: level == .exhaustive
        ).map { .step($0) })
    }.filter { $0.candidates.count > 1 && profile.entry(for: $0.subject) == nil }
  }

  private func chosenKernels(_ problem: OperationProblem) -> [String] {
    let entry = profile.entry(for: subject([problem], ofKernels: true))
    if case .kernels(let names) = entry?.choice { return names }
    return runner.standardKernels(for: problem)
  }

  private func pack(_ contests: [Contest]) throws(NetworkError) {
    for contest in contests {
      for case .kernels(let names) in contest.candidates {
        try runner.pack(names, for: contest.subject.key.operations[0])
      }
    }
  }

  /// Packs what is decided, which may have been so before this campaign.
  private func packKnown() throws(NetworkError) {
    for problem in runner.distinctProblems {
      try runner.pack(chosenKernels(problem), for: problem)
    }
  }
}

extension Campaign {
  /// Measures `contests` at the same time until each is decided, or the part `deadline` of the time is
  /// over.
  private func decide(
    _ contests: [Contest], until deadline: Double,
    _ decided: (TuningEntry) throws(CheckpointError) -> Void
  ) throws {
    var open = contests
    while !open.isEmpty, !isOver(deadline) {
      for _ in 0..<Self.round { sample(&open) }
      var left: [Contest] = []
      for var contest in open {
        if level != .exhaustive { contest.drop() }
        guard !contest.isSilent else {
          undecided += 1
          continue
        }
        let isDone =
          contest.completeSamples >= (contest.running.count > 1 ? mostSamples : leastSamples)
        if isDone, let entry = contest.entry {
          try take(entry, decided)
        } else {
          left.append(contest)
        }
      }
      open = left
      reportProgress()
    }
    for contest in open {
      if contest.completeSamples >= Contest.leastSamples, let entry = contest.entry {
        try take(entry, decided)
      } else {
        undecided += 1
      }
    }
  }

  /// Samples of a candidate that is left alone.
  private var leastSamples: Int { level == .exhaustive ? mostSamples : 2 * Contest.leastSamples }

  /// Samples after which what is still equal is held to be so.
  private var mostSamples: Int { level == .exhaustive ? 80 : 40 }

  /// One run: a sample of every contest.
  private func sample(_ contests: inout [Contest]) {
    var choices = profile.choices
    let drawn = contests.map { $0.draw(using: &random) }
    for (contest, candidate) in zip(contests, drawn) {
      do {
        try choices.choose(contest.candidates[candidate], for: contest.subject.key)
      } catch {
        preconditionFailure("a candidate is no choice: \(error)")
      }
    }
    let times = runner.run(choices)
    for index in contests.indices {
      let key = contests[index].subject.key
      let time =
        contests[index].subject.isOfKernels
        ? times.operations[key.operations[0]] : times.wall(of: key.operations)
      if let time { contests[index].record(drawn[index], nanoseconds: time) }
    }
  }

  private func take(
    _ entry: TuningEntry, _ decided: (TuningEntry) throws(CheckpointError) -> Void
  ) throws {
    try profile.insert(entry)
    try decided(entry)
  }

  private func reportProgress() {
    let times = operationTimes
    let total = times.values.reduce(0, +)
    let saved = times.keys.reduce(0.0) { sum, problem in
      let entry = profile.entry(for: subject([problem], ofKernels: true))
      return sum + (entry.map { $0.defaultTime - $0.time } ?? 0)
    }
    report(
      Progress(
        elapsed: min(1, elapsed), defaultTime: Summary.median(standard.map(\.total)),
        gain: saved / total))
  }

  /// Nanoseconds of each operation by the rules.
  private var operationTimes: [OperationProblem: Double] {
    Dictionary(
      uniqueKeysWithValues: runner.distinctProblems.map { problem in
        (problem, Summary.median(standard.map { $0.operations[problem] ?? 0 }))
      })
  }

  private func outcome() -> Outcome {
    var whole: [TrialTimes] = []
    var tuned: [TrialTimes] = []
    for _ in 0..<Self.wholeRuns {
      whole.append(runner.run(PlanChoices()))
      tuned.append(runner.run(profile.choices))
    }
    let times = operationTimes
    let total = times.values.reduce(0, +)
    let entries = profile.entries.filter { entry in
      entry.key == runner.key(entry.key.operations)
        && entry.key.operations.allSatisfy { times[$0] != nil }
    }
    return Outcome(
      entries: entries, shares: times.mapValues { $0 / total },
      standard: Summary(whole.map(\.total)), tuned: Summary(tuned.map(\.total)),
      undecided: undecided)
  }
}
