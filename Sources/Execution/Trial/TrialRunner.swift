import KernelContract
import Network
import Scheduler

/// Runs a network, or operations alone, over and over, each time with other choices, and says how long
/// the parts took.
///
/// Kernels are packed ahead, so that a run costs little more than itself. For one thread at a time.
package final class TrialRunner {
  package let instructionSet: InstructionSet

  /// Workers of the team, for which kernels are chosen.
  package let workers: Int

  private let work: any TrialWork

  /// The occurrences of each problem by the names of their kernels.
  private var packed: [OperationProblem: [[String]: [PlannedOperation.Work]]] = [:]

  /// A runner of batches of pictures, all parts in place: with their real neighbours, the state of the
  /// caches that these leave, and all workers busy.
  ///
  /// - Parameters:
  ///   - weights: the network's.
  ///   - guide: the size of the pictures, and the workers.
  ///   - batch: pictures of a run, which workers share as a session does by `BatchSchedule.auto`.
  ///   - choices: what counts as the default, with the rules for all that it leaves open.
  ///   - team: of `guide.workers` workers.
  /// - Throws: what folding throws.
  package convenience init(
    _ weights: FoldedWeights<Float>, for instructionSet: InstructionSet, guide: PlanGuide,
    batch: Int = 1, choices: PlanChoices = PlanChoices(), team: Team
  ) throws(NetworkError) {
    self.init(
      try NetworkTrial(
        weights, for: instructionSet, guide: guide, batch: batch, choices: choices, team: team),
      for: instructionSet, workers: guide.workers)
  }

  /// A runner of `operations`, one after the other, by all workers of `team`: each finds its weights
  /// beyond the second-level cache and its input where the workers have just written it, as in a
  /// network.
  ///
  /// - Parameters:
  ///   - operations: those that networks may have; see `obstacle(to:on:)`.
  ///   - choices: what counts as the default, with the rules for all that it leaves open.
  package convenience init(
    _ operations: [NamedProblem], for instructionSet: InstructionSet,
    choices: PlanChoices = PlanChoices(), team: Team
  ) {
    self.init(
      OperationTrial(operations, for: instructionSet, choices: choices, team: team),
      for: instructionSet, workers: team.workerCount)
  }

  private init(_ work: some TrialWork, for instructionSet: InstructionSet, workers: Int) {
    self.work = work
    self.instructionSet = instructionSet
    self.workers = workers
    for problem in work.problems {
      let standard = work.standard(problem)
      packed[problem] = [standard[0].kernels: standard]
    }
  }

  /// What is asked of the kernels, equal ones once, in the order of their first occurrence.
  package var problems: [OperationProblem] { work.problems }

  /// The numbers of workers that share a picture somewhere in a run, in ascending order: what steps are
  /// chosen for.
  package var crews: [Int] { work.crews }

  /// The part of the pictures that `workers` workers share, each.
  package func share(ofCrew workers: Int) -> Double { work.share(ofCrew: workers) }

  /// What choices for `operations`, shared by `workers` workers or all, are looked up by.
  package func key(_ operations: [OperationProblem], workers: Int? = nil) -> PlanChoices.Key {
    PlanChoices.Key(operations, on: instructionSet, workers: workers ?? self.workers)
  }

  /// The kernels of `problem` that nothing was chosen for.
  package func standardKernels(for problem: OperationProblem) -> [String] {
    work.standard(problem)[0].kernels
  }

  /// The chains that could be one step by one of `rules`, equal ones once.
  package func chains(_ rules: [FusionRule]) -> [[OperationProblem]] { work.chains(rules) }

  /// The operations that `workers` workers run alone with `choices`, equal ones once.
  package func singles(_ choices: PlanChoices, workers: Int) -> [OperationProblem] {
    work.singles(choices, workers: workers)
  }

  /// Bytes that packing `kernels` for `problem` would take; zero where they can share what is there.
  package func bytes(of kernels: [String], for problem: OperationProblem) -> Int {
    guard let choice = chosen(kernels, problem), let there = packed[problem] else { return 0 }
    let isShared = there.values.contains { $0[0].with(choice) != nil }
    let count = work.standard(problem).count
    return isShared ? 0 : count * choice.operandElements * MemoryLayout<Float>.stride
  }

  /// Makes `kernels` ready to run `problem`.
  ///
  /// - Throws: what folding throws.
  package func pack(
    _ kernels: [String], for problem: OperationProblem
  ) throws(NetworkError) {
    guard let choice = chosen(kernels, problem), let there = packed[problem],
      there[kernels] == nil
    else { return }
    let shared = there.values.lazy.compactMap { packed -> [PlannedOperation.Work]? in
      let others = packed.compactMap { $0.with(choice) }
      return others.count == packed.count ? others : nil
    }.first
    packed[problem]?[kernels] =
      if let shared { shared } else { try work.pack(choice, for: problem) }
  }

  /// Lets go of what was packed for `problem` but for `kernels`, and for what nothing chooses.
  package func unpack(_ problem: OperationProblem, keeping kernels: [String]) {
    let standard = standardKernels(for: problem)
    packed[problem] = packed[problem]?.filter { $0.key == kernels || $0.key == standard }
  }

  private func chosen(_ kernels: [String], _ problem: OperationProblem) -> ChosenKernels? {
    try? ChosenKernels(names: kernels, for: problem, on: instructionSet)
  }

  /// Runs everything with `choices`, and the default for all that they leave open.
  ///
  /// - Parameter choices: of kernels that are packed.
  package func run(_ choices: PlanChoices) -> TrialTimes {
    var works: [OperationProblem: [PlannedOperation.Work]] = [:]
    for problem in problems {
      let chosen = choices.kernels(for: key([problem]))?.names
      works[problem] = chosen.flatMap { packed[problem]?[$0] } ?? work.standard(problem)
    }
    return work.run(choices, works)
  }
}
