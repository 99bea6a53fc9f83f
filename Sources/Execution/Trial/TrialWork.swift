import FastViTNetwork
import FastViTOperations

/// What a trial runs: a network, or operations alone.
protocol TrialWork: AnyObject {
  /// What is asked of the kernels: each problem once, in the order of the first occurrences.
  var problems: [OperationProblem] { get }

  /// The numbers of workers that share an image somewhere in a run, in ascending order.
  var crews: [Int] { get }

  /// The part of the images that are each shared by `workers` workers, from 0 to 1.
  func share(ofCrew workers: Int) -> Double

  /// Every occurrence of `problem`, packed for the kernels where nothing is chosen.
  func standard(_ problem: OperationProblem) -> [any PackedOperation]

  /// Every occurrence of `problem`, packed for the kernels of `choice`.
  ///
  /// - Throws: what folding throws.
  func pack(
    _ choice: any ChosenKernels, for problem: OperationProblem
  ) throws(NetworkError) -> [any PackedOperation]

  /// The chains that could be one step by one of `rules`, each once.
  func chains(_ rules: [FusionRule]) -> [[OperationProblem]]

  /// The operations that are a step of their own when `workers` workers run with `choices`, each once.
  func singles(_ choices: PlanChoices, workers: Int) -> [OperationProblem]

  /// Runs everything and times it.
  ///
  /// - Parameters:
  ///   - choices: how steps are cut.
  ///   - packed: every occurrence of each problem, packed for the chosen kernels.
  func run(
    _ choices: PlanChoices, _ packed: [OperationProblem: [any PackedOperation]]
  ) -> TrialTimes
}

extension Sequence where Element: Hashable {
  /// Each element once, in the order of the first occurrences.
  var distinct: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
