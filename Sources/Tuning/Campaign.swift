import FastViTExecution
import FastViTFiles
import FastViTMeasurement
import FastViTNetwork
import FastViTOperations

/// How much a campaign tries.
package enum TuningLevel: String, Sendable, CaseIterable {
  /// Nothing: what the rules choose.
  case estimate
  /// The kernels of every operation.
  case measure
  /// Kernels; then fusion, bands and sharing of every step.
  case patient
  /// The same with every candidate there is, and none of them dropped early.
  case exhaustive
}

/// Decides about kernels and steps for one network, image size, batch and number of workers, or for some
/// operations alone, by measuring whole runs.
///
/// In every run each operation, or step, gets one of its candidates at random, so that one run is a sample
/// for all decisions at once, and disturbances of the machine affect all candidates alike. Candidates that
/// cannot win any more are not drawn again.
package final class Campaign {
  let runner: TrialRunner
  let level: TuningLevel
  let log: ProfileLog?
  var profile: Profile
  var random = SystemRandomNumberGenerator()

  /// The times of runs by the rules alone.
  private(set) var standard: [TrialTimes] = []

  /// The decisions that are to be made or are made already, as far as is known.
  var subjects: Set<TuningEntry.Subject> = []

  /// The part of the measuring that was done when this campaign began; see `progress`.
  var doneBefore = 0.0

  private let limit: Duration
  private let start = ContinuousClock.now
  private let isInterrupted: @Sendable () -> Bool
  let report: (Progress) -> Void

  /// Runs by the rules alone before anything is varied, and runs by the rules and as decided at the end;
  /// `fewestWholeRuns` where there is no time for more.
  private static let wholeRuns = 21
  private static let fewestWholeRuns = 3

  /// - Parameters:
  ///   - runner: what is measured.
  ///   - level: how much is tried.
  ///   - log: holds what is known already, which is not measured again, and takes all measurements; nil for
  ///     neither.
  ///   - limit: the time limit in seconds.
  ///   - isInterrupted: whether to end early; asked again and again.
  ///   - report: called after every few runs.
  package init(
    _ runner: TrialRunner, level: TuningLevel, log: ProfileLog?, limit: Double,
    isInterrupted: @escaping @Sendable () -> Bool = { false },
    report: @escaping (Progress) -> Void = { _ in }
  ) {
    self.runner = runner
    self.level = level
    // Times are divided by the limit, so it is never zero.
    self.limit = .seconds(max(limit, 1e-9))
    self.isInterrupted = isInterrupted
    self.report = report
    self.log = log
    profile = log?.profile ?? Profile(from: runner.catalogue)
  }

  /// Measures until all is decided or the time is over. To be called once.
  ///
  /// - Throws: `FileError` where something cannot be written to the log; what folding throws.
  package func run() throws -> Outcome {
    repeatWhole(until: 0.1) { standard.append(runner.run(PlanChoices())) }
    try packKnown()
    let measuresSteps = level == .patient || level == .exhaustive
    doneBefore = done(
      among: open(kernels() + (measuresSteps ? steps(among: FusionRule.allCases) : [])))
    if level != .estimate { try decideKernels(until: measuresSteps ? 0.6 : 0.95) }
    if measuresSteps {
      try decide(open(steps(among: FusionRule.shortest)), until: 0.85)
      // These chains contain some of the shorter chains, which are decided now.
      try decide(open(chains(FusionRule.containing)), until: 0.95)
    }
    try log?.finish(profile)
    return outcome()
  }

  /// The seconds since the campaign began, and those to the time limit.
  var time: (over: Double, left: Double) {
    let over = start.duration(to: .now)
    return (over / .seconds(1), max(0, (limit - over) / .seconds(1)))
  }

  /// The part of the time limit that is over; above 1 after it.
  var elapsed: Double { start.duration(to: .now) / limit }

  /// Whether the part `deadline` of the time limit is over, or the campaign is interrupted.
  func isOver(_ deadline: Double) -> Bool { elapsed >= deadline || isInterrupted() }

  /// Calls `body` once per whole run, until the part `deadline` of the time limit is over.
  private func repeatWhole(until deadline: Double, _ body: () -> Void) {
    for count in 0..<Self.wholeRuns where count < Self.fewestWholeRuns || !isOver(deadline) {
      body()
    }
  }

  /// Adds a decision to the profile and the log.
  func take(_ entry: TuningEntry) throws {
    try profile.insert(entry)
    try log?.append(entry)
  }

  private func outcome() -> Outcome {
    var whole: [TrialTimes] = []
    var tuned: [TrialTimes] = []
    repeatWhole(until: 1.05) {
      whole.append(runner.run(PlanChoices()))
      tuned.append(runner.run(profile.choices))
    }
    let times = operationTimes
    let total = times.values.reduce(0, +)
    return Outcome(
      entries: entries, shares: times.mapValues { $0 / total },
      standard: Summary(whole.map(\.total)), tuned: Summary(tuned.map(\.total)),
      undecided: subjects.count { profile.entry(for: $0) == nil })
  }

  /// The decisions for what this campaign runs, including those known before.
  var entries: [TuningEntry] {
    let problems = Set(runner.problems)
    return profile.entries.filter { entry in
      let key = entry.key
      let isForUs =
        entry.subject.isOfKernels
        ? key.workers == runner.workers : runner.crews.contains(key.workers)
      return isForUs && key.instructionSet == runner.instructionSet
        && problems.isSuperset(of: key.operations)
    }
  }

  /// Nanoseconds of each operation by the rules, the median.
  var operationTimes: [OperationProblem: Double] {
    Dictionary(
      uniqueKeysWithValues: runner.problems.map { problem in
        (problem, Summary.median(standard.map { $0.operations[problem] ?? 0 }))
      })
  }
}
