import FastViTCatalogue
import FastViTNetwork
import FastViTOperations
import FastViTScheduler

/// Runs a network, or operations alone, over and over, each time with other choices, and measures how long
/// the parts take.
///
/// Weights are packed before the runs, so that little time passes between runs. For one thread at a time.
package final class TrialRunner {
  /// The instruction set that plans and operations are run for.
  package let instructionSet: InstructionSet

  /// Workers of the team; kernels are chosen for this number of workers.
  package let workers: Int

  /// The kernels that may be tried.
  package let catalogue: KernelCatalogue

  private let work: any TrialWork

  /// Every occurrence of each problem, packed, by the names of the kernels that it is packed for.
  private var packed: [OperationProblem: [[String]: [any PackedOperation]]] = [:]

  /// A runner of batches of images through a whole network: all operations run with their real neighbours,
  /// with the caches as these leave them, and with all workers busy.
  ///
  /// - Parameters:
  ///   - weights: the network's.
  ///   - guide: the size of the images, and the number of workers.
  ///   - catalogue: the kernels that may be tried.
  ///   - precision: what products are computed in, for the operations that have this precision.
  ///   - batch: images per run, which workers share as a session does by `BatchSchedule.auto`.
  ///   - choices: what counts as the default, with the rules for all that it leaves open.
  ///   - team: of `guide.workers` workers.
  /// - Throws: what folding throws.
  package convenience init(
    _ weights: FoldedWeights<Float>, for instructionSet: InstructionSet, guide: PlanGuide,
    from catalogue: KernelCatalogue = .generated, precision: Precision = .f32, batch: Int = 1,
    choices: PlanChoices = PlanChoices(), team: Team
  ) throws(NetworkError) {
    self.init(
      try NetworkTrial(
        weights, for: instructionSet, guide: guide, catalogue: catalogue, precision: precision,
        batch: batch, choices: choices, team: team),
      for: instructionSet, from: catalogue, workers: guide.workers)
  }

  /// A runner of `operations`, one after the other, by all workers of `team`: each finds its weights
  /// beyond the second-level cache and its input where the workers have just written it, as in a
  /// network.
  ///
  /// - Parameters:
  ///   - operations: those that networks may have; see `obstacle(to:on:)`.
  ///   - catalogue: the kernels that may be tried.
  ///   - choices: what counts as the default, with the rules for all that it leaves open.
  ///   - team: the workers.
  package convenience init(
    _ operations: [NamedProblem], for instructionSet: InstructionSet,
    from catalogue: KernelCatalogue = .generated, choices: PlanChoices = PlanChoices(), team: Team
  ) {
    self.init(
      OperationTrial(
        operations, for: instructionSet, catalogue: catalogue, choices: choices, team: team),
      for: instructionSet, from: catalogue, workers: team.workerCount)
  }

  private init(
    _ work: some TrialWork, for instructionSet: InstructionSet, from catalogue: KernelCatalogue,
    workers: Int
  ) {
    self.work = work
    self.catalogue = catalogue
    self.instructionSet = instructionSet
    self.workers = workers
    for problem in work.problems {
      let standard = work.standard(problem)
      packed[problem] = [standard[0].chosen.names: standard]
    }
  }

  /// What is asked of the kernels: each problem once, in the order of the first occurrences.
  package var problems: [OperationProblem] { work.problems }

  /// The numbers of workers that share an image somewhere in a run, in ascending order: what steps are
  /// chosen for.
  package var crews: [Int] { work.crews }

  /// The part of the images that are each shared by `workers` workers, from 0 to 1.
  package func share(ofCrew workers: Int) -> Double { work.share(ofCrew: workers) }

  /// The key by which choices for `operations` are looked up, where `workers` workers, or all, share them.
  package func key(_ operations: [OperationProblem], workers: Int? = nil) -> PlanChoices.Key {
    PlanChoices.Key(operations, on: instructionSet, workers: workers ?? self.workers)
  }

  /// The kernels of `problem` where nothing is chosen for it.
  package func standardKernels(for problem: OperationProblem) -> [String] {
    work.standard(problem)[0].chosen.names
  }

  /// The chains that could be one step by one of `rules`, each once.
  package func chains(_ rules: [FusionRule]) -> [[OperationProblem]] { work.chains(rules) }

  /// The operations that are a step of their own when `workers` workers run with `choices`, each once.
  package func singles(_ choices: PlanChoices, workers: Int) -> [OperationProblem] {
    work.singles(choices, workers: workers)
  }

  /// Bytes that packing `problem` for `kernels` would take; zero where packed weights can be shared.
  package func bytes(of kernels: [String], for problem: OperationProblem) -> Int {
    guard let choice = chosen(kernels, problem), let there = packed[problem] else { return 0 }
    let isShared = there.values.contains { $0[0].with(choice) != nil }
    let count = work.standard(problem).count
    return isShared ? 0 : count * choice.operandBytes
  }

  /// Packs every occurrence of `problem` for `kernels`, so that runs may choose them.
  ///
  /// - Throws: what folding throws.
  package func pack(
    _ kernels: [String], for problem: OperationProblem
  ) throws(NetworkError) {
    guard let choice = chosen(kernels, problem), let there = packed[problem],
      there[kernels] == nil
    else { return }
    let shared = there.values.lazy.compactMap { packed -> [any PackedOperation]? in
      let others = packed.compactMap { $0.with(choice) }
      return others.count == packed.count ? others : nil
    }.first
    packed[problem]?[kernels] =
      if let shared { shared } else { try work.pack(choice, for: problem) }
  }

  /// Frees what was packed for `problem`, except for `kernels` and for the kernels where nothing is chosen.
  package func unpack(_ problem: OperationProblem, keeping kernels: [String]) {
    let standard = standardKernels(for: problem)
    packed[problem] = packed[problem]?.filter { $0.key == kernels || $0.key == standard }
  }

  private func chosen(_ kernels: [String], _ problem: OperationProblem) -> (any ChosenKernels)? {
    try? problem.chosen(names: kernels, on: instructionSet.included, in: catalogue)
  }

  /// Runs everything with `choices`, and the default for all that they leave open.
  ///
  /// - Parameter choices: may choose only kernels that are packed.
  package func run(_ choices: PlanChoices) -> TrialTimes {
    var works: [OperationProblem: [any PackedOperation]] = [:]
    for problem in problems {
      let chosen = choices.kernels(for: key([problem]))?.names
      works[problem] = chosen.flatMap { packed[problem]?[$0] } ?? work.standard(problem)
    }
    return work.run(choices, works)
  }
}
