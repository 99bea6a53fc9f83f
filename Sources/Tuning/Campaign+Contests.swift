import FastViTExecution
import FastViTNetwork
import FastViTOperations

/// The contests of a campaign.
extension Campaign {
  /// The most bytes of candidates that are packed at the same time.
  private static let mostBytes = 512 << 20

  private func subject(
    _ operations: [OperationProblem], ofKernels: Bool, workers: Int? = nil
  ) -> TuningEntry.Subject {
    TuningEntry.Subject(key: runner.key(operations, workers: workers), isOfKernels: ofKernels)
  }

  /// The candidates of decisions about kernels, one list per operation: the rules' choice first, then all
  /// others.
  func kernels() -> [CandidateList] {
    runner.problems.map { problem in
      let standard = runner.standardKernels(for: problem)
      let others = PlanChoices.kernelCandidates(
        for: problem, on: runner.instructionSet, from: runner.catalogue,
        all: level == .exhaustive)
      return CandidateList(
        subject([problem], ofKernels: true),
        ([standard] + others.filter { $0 != standard }).map { .kernels($0) })
    }.filter { $0.choices.count > 1 }
  }

  /// The candidates of decisions about steps: chains by `rules`, and operations that are now a step of their
  /// own.
  func steps(among rules: [FusionRule]) -> [CandidateList] {
    let singles = runner.crews.flatMap { workers in
      steps(runner.singles(profile.choices, workers: workers).map { [$0] }, workers)
    }
    return chains(rules) + singles
  }

  /// The candidates of decisions about chains by `rules`.
  func chains(_ rules: [FusionRule]) -> [CandidateList] {
    runner.crews.flatMap { steps(runner.chains(rules), $0) }
  }

  private func steps(_ chains: [[OperationProblem]], _ workers: Int) -> [CandidateList] {
    chains.map { chain in
      CandidateList(
        subject(chain, ofKernels: false, workers: workers),
        PlanChoices.stepCandidates(for: chain, workers: workers, all: level == .exhaustive)
          .map { .step($0) })
    }.filter { $0.choices.count > 1 }
  }

  /// Contests for those of `lists` that are not decided yet, with what was measured before.
  func open(_ lists: [CandidateList]) -> [Contest] {
    subjects.formUnion(lists.map(\.subject))
    return lists.filter { profile.entry(for: $0.subject) == nil }.map {
      Contest($0, known: profile.measurements(for: $0.subject))
    }
  }

  /// Decides about kernels, one group of operations after another; the candidates of a group fit into
  /// `mostBytes` together.
  ///
  /// - Parameter deadline: the part of the time limit at which to stop, from 0 to 1.
  func decideKernels(until deadline: Double) throws {
    var groups: [[Contest]] = [[]]
    var bytes = 0
    for contest in open(kernels()) {
      let size = contest.kernels.reduce(0) { $0 + runner.bytes(of: $1, for: contest.problem) }
      if bytes + size > Self.mostBytes, groups.last?.isEmpty == false {
        groups.append([])
        bytes = 0
      }
      groups[groups.count - 1].append(contest)
      bytes += size
    }
    let begin = elapsed
    for (index, group) in groups.enumerated() {
      for contest in group {
        for names in contest.kernels { try runner.pack(names, for: contest.problem) }
      }
      let share = Double(index + 1) / Double(groups.count)
      try decide(group, until: begin + (deadline - begin) * share)
      for problem in group.map(\.problem) {
        runner.unpack(problem, keeping: chosenKernels(problem))
      }
    }
  }

  /// Packs all operations for the kernels that are decided, by this campaign or before it.
  func packKnown() throws(NetworkError) {
    for problem in runner.problems { try runner.pack(chosenKernels(problem), for: problem) }
  }

  private func chosenKernels(_ problem: OperationProblem) -> [String] {
    let entry = profile.entry(for: subject([problem], ofKernels: true))
    if case .kernels(let names) = entry?.choice { return names }
    return runner.standardKernels(for: problem)
  }
}

extension Contest {
  /// The operation of a contest of kernels.
  fileprivate var problem: OperationProblem { subject.key.operations[0] }

  /// The names of the kernels, per candidate that is about kernels.
  fileprivate var kernels: [[String]] {
    candidates.compactMap { if case .kernels(let names) = $0 { names } else { nil } }
  }
}
