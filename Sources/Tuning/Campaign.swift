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

/// Decides for one network, size, batch and number of workers, or for some operations alone, by measuring
/// them as they run.
///
/// Every run gives each operation, or step, one of its candidates at random, so that one run is a sample
/// of all of them at once, and whatever disturbs the machine disturbs all candidates alike. Candidates
/// that cannot win any more are not drawn again.
package final class Campaign {
  let runner: TrialRunner
  let level: TuningLevel
  let log: ProfileLog?
  var profile: Profile
  var random = SystemRandomNumberGenerator()

  /// Runs by the rules alone.
  private(set) var standard: [TrialTimes] = []

  /// What is to be decided, or was before, as far as is known.
  var subjects: Set<TuningEntry.Subject> = []

  /// The part of these that was done when the measuring began, see `progress`.
  var doneBefore = 0.0

  private let limit: Duration
  private let start = ContinuousClock.now
  private let isInterrupted: @Sendable () -> Bool
  let report: (Progress) -> Void

  /// Runs by the rules alone before anything is varied, and of each kind after it; fewer where there is
  /// no time for them.
  private static let wholeRuns = 21
  private static let fewestWholeRuns = 3

  /// - Parameters:
  ///   - log: what is known already, which is not measured again, and where all that is measured goes;
  ///     nil for neither.
  ///   - limit: seconds.
  ///   - isInterrupted: whether to end early.
  ///   - report: called every now and then.
  package init(
    _ runner: TrialRunner, level: TuningLevel, log: ProfileLog?, limit: Double,
    isInterrupted: @escaping @Sendable () -> Bool = { false },
    report: @escaping (Progress) -> Void = { _ in }
  ) {
    self.runner = runner
    self.level = level
    // Parts of it are asked for, so it is never zero.
    self.limit = .seconds(max(limit, 1e-9))
    self.isInterrupted = isInterrupted
    self.report = report
    self.log = log
    profile = log?.profile ?? Profile()
  }

  /// Measures until all is decided or the time is over; once.
  ///
  /// - Throws: `CheckpointError` where something cannot be written to the log; what folding throws.
  package func run() throws -> Outcome {
    repeatWhole(until: 0.1) { standard.append(runner.run(PlanChoices())) }
    try packKnown()
    let measuresSteps = level == .patient || level == .exhaustive
    doneBefore = done(among: open(kernels() + (measuresSteps ? steps(among: Self.allChains) : [])))
    if level != .estimate { try decideKernels(until: measuresSteps ? 0.6 : 0.95) }
    if measuresSteps {
      try decide(open(steps(among: Self.shortChains)), until: 0.85)
      // They contain some of the others, which are decided now.
      try decide(open(chains([.repMixer])), until: 0.95)
    }
    try log?.finish(profile)
    return outcome()
  }

  private static let shortChains: [FusionRule] = [.stem, .patchEmbedding, .feedForward]
  private static let allChains = shortChains + [.repMixer]

  /// The seconds that are over and those that are left.
  var time: (over: Double, left: Double) {
    let over = start.duration(to: .now)
    return (over / .seconds(1), max(0, (limit - over) / .seconds(1)))
  }

  /// The part of the time that is over.
  var elapsed: Double { start.duration(to: .now) / limit }

  /// Whether the part `deadline` of the time is over, or somebody wants an end.
  func isOver(_ deadline: Double) -> Bool { elapsed >= deadline || isInterrupted() }

  /// Calls `body` for each of the whole runs, until the part `deadline` of the time is over.
  private func repeatWhole(until deadline: Double, _ body: () -> Void) {
    for count in 0..<Self.wholeRuns where count < Self.fewestWholeRuns || !isOver(deadline) {
      body()
    }
  }

  /// Adds a decision.
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

  /// The decisions for what is run here, those that were known before included.
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

  /// Nanoseconds of each operation by the rules.
  var operationTimes: [OperationProblem: Double] {
    Dictionary(
      uniqueKeysWithValues: runner.problems.map { problem in
        (problem, Summary.median(standard.map { $0.operations[problem] ?? 0 }))
      })
  }
}
