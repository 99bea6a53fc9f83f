import FastViTExecution

/// How a campaign decides contests.
extension Campaign {
  /// Runs between two evaluations of the measurements.
  private static let round = 4

  /// Measures `contests` at the same time until each is decided, or the part `deadline` of the time limit is
  /// over.
  func decide(_ contests: [Contest], until deadline: Double) throws {
    // What was measured before may be enough.
    var open = try settle(contests, until: isDone)
    if !isOver(deadline) {
      for contest in open { try log?.append(contest.measurements.list) }
    }
    while !open.isEmpty, !isOver(deadline) {
      for _ in 0..<Self.round { try sample(&open) }
      subjects.subtract(open.filter(\.isSilent).map(\.subject))
      open.removeAll(where: \.isSilent)
      open = try settle(open, until: isDone)
      report(progress(open))
    }
    for contest in try settle(open, until: { $0.completeSamples >= Contest.leastSamples }) {
      profile.keep(contest.measurements)
    }
  }

  /// Drops candidates that cannot win any more, and takes the decisions of contests that are `done`.
  ///
  /// - Returns: the other contests.
  func settle(_ contests: [Contest], until done: (Contest) -> Bool) throws -> [Contest] {
    var left: [Contest] = []
    for var contest in contests {
      if level != .exhaustive { contest.drop() }
      if done(contest), let entry = contest.entry {
        try take(entry)
      } else {
        left.append(contest)
      }
    }
    return left
  }

  private func isDone(_ contest: Contest) -> Bool { contest.completeSamples >= goal(of: contest) }

  /// Samples of each candidate after which a contest is decided.
  func goal(of contest: Contest) -> Int {
    contest.running.count > 1 || level == .exhaustive ? mostSamples : 2 * Contest.leastSamples
  }

  /// Samples per candidate after which candidates that still seem equal are taken to be equal.
  private var mostSamples: Int { level == .exhaustive ? 80 : 40 }

  /// One run, which is a sample of every contest.
  private func sample(_ contests: inout [Contest]) throws {
    var choices = profile.choices
    let drawn = contests.map { $0.draw(using: &random) }
    for (contest, candidate) in zip(contests, drawn) {
      do {
        try choices.choose(
          contest.candidates[candidate], for: contest.subject.key, from: runner.catalogue)
      } catch {
        preconditionFailure("a candidate is no choice: \(error)")
      }
    }
    let times = runner.run(choices)
    var measured: [ProfileLog.Measurement] = []
    for index in contests.indices {
      let subject = contests[index].subject
      let time =
        subject.isOfKernels
        ? times.operations[subject.key.operations[0]]
        : times.wall(of: subject.key.operations, workers: subject.key.workers)
      guard let time else { continue }
      // Rounded as in the log, so that a campaign that is killed and resumed decides the same.
      let nanoseconds = Int(time.rounded())
      contests[index].record(drawn[index], nanoseconds: Double(nanoseconds))
      measured.append((subject, drawn[index], nanoseconds))
    }
    try log?.append(measured)
  }
}
