import KernelContract
import Network

/// What a trial runs, with its operations packed in one or more ways.
protocol TrialWork: AnyObject {
  /// What it asks of the kernels, equal ones once, in the order of their first occurrence.
  var problems: [OperationProblem] { get }

  /// The numbers of workers that share a picture somewhere in a run, in ascending order.
  var crews: [Int] { get }

  /// The part of the pictures that `workers` workers share, each.
  func share(ofCrew workers: Int) -> Double

  /// Every occurrence of `problem`, packed for the default's kernels.
  func standard(_ problem: OperationProblem) -> [PlannedOperation.Work]

  /// Every occurrence of `problem`, packed for the kernels of `choice`.
  ///
  /// - Throws: what folding throws.
  func pack(
    _ choice: ChosenKernels, for problem: OperationProblem
  ) throws(NetworkError) -> [PlannedOperation.Work]

  /// The chains that could be one step by one of `rules`, equal ones once.
  func chains(_ rules: [FusionRule]) -> [[OperationProblem]]

  /// The operations that `workers` workers run alone with `choices`, equal ones once.
  func singles(_ choices: PlanChoices, workers: Int) -> [OperationProblem]

  /// Runs everything and times it.
  ///
  /// - Parameters:
  ///   - choices: how steps are cut.
  ///   - packed: every occurrence of each problem.
  func run(
    _ choices: PlanChoices, _ packed: [OperationProblem: [PlannedOperation.Work]]
  ) -> TrialTimes
}

extension Sequence where Element: Hashable {
  /// Equal elements once, in the order of their first occurrence.
  var distinct: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
