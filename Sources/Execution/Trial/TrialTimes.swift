import FastViTOperations

/// How long the parts of one run took.
package struct TrialTimes: Sendable {
  /// Nanoseconds per image that each operation takes, summed over all workers and all its occurrences.
  package let operations: [OperationProblem: Double]

  /// Nanoseconds of wall-clock time per image, all steps together.
  package let steps: Double

  /// Nanoseconds of wall-clock time of the whole run.
  package let total: Double

  /// One image's way through the steps.
  struct Pass: Sendable {
    /// The number of workers that share the image.
    let workers: Int
    fileprivate var steps: [StepTime] = []

    init(workers: Int) {
      self.workers = workers
    }

    /// The same with steps of the operations `steps`.
    func with(_ steps: [Range<Int>]) -> Pass {
      var run = self
      run.steps = steps.map { StepTime(operations: $0) }
      return run
    }
  }

  /// The wall-clock time of one step.
  fileprivate struct StepTime: Sendable {
    let operations: Range<Int>
    var start: UInt64 = .max
    var end: UInt64 = 0

    var nanoseconds: Double { end > start ? Double(end - start) : 0 }
  }

  private let runs: [Pass]
  private let problems: [OperationProblem]
  /// How often each operation counts.
  private let counts: [Int]

  /// - Parameters:
  ///   - events: what the workers did.
  ///   - runs: one per image, with its steps.
  ///   - problems: one per operation of the plan.
  ///   - counts: how often each operation counts, where operations were run alone; nil where a network was
  ///     run, in which each counts once.
  init(
    _ events: [Trace.Event], _ runs: [Pass], problems: [OperationProblem], counts: [Int]? = nil
  ) {
    let weights = counts ?? problems.map { _ in 1 }
    var operations: [OperationProblem: Double] = [:]
    var runs = runs
    for event in events {
      switch event.subject {
      case .operation(let index):
        operations[problems[index], default: 0] +=
          Double(event.end - event.start) * Double(weights[index])
      case .task(_, let step):
        let old = runs[event.image].steps[step]
        runs[event.image].steps[step].start = min(old.start, event.start)
        runs[event.image].steps[step].end = max(old.end, event.end)
      }
    }
    self.operations = operations.mapValues { [count = Double(runs.count)] in $0 / count }
    self.runs = runs
    self.problems = problems
    self.counts = weights
    let steps = runs.flatMap(\.steps)
    let sum = steps.reduce(0) { $0 + $1.nanoseconds * Double(weights[$1.operations.lowerBound]) }
    self.steps = sum / Double(runs.count)
    let start = steps.map(\.start).min() ?? 0
    total = counts == nil ? Double((steps.map(\.end).max() ?? 0) - start) : sum
  }

  /// Nanoseconds of wall-clock time per image that `chain` takes, operations that follow each other, wherever
  /// steps of `workers` workers run exactly these operations; nil if no steps do.
  package func wall(of chain: [OperationProblem], workers: Int) -> Double? {
    let times = runs.filter { $0.workers == workers }.compactMap { wall(of: chain, in: $0) }
    return times.isEmpty ? nil : times.reduce(0, +) / Double(times.count)
  }

  private func wall(of chain: [OperationProblem], in run: Pass) -> Double? {
    var total = 0.0
    var isThere = false
    for (index, step) in run.steps.enumerated() {
      let first = step.operations.lowerBound
      let range = first..<first + chain.count
      guard range.upperBound <= problems.count, problems[range].elementsEqual(chain) else {
        continue
      }
      let inside = run.steps[index...].prefix { $0.operations.upperBound <= range.upperBound }
      guard let last = inside.last, last.operations.upperBound == range.upperBound else {
        continue
      }
      total += Double(last.end - step.start) * Double(counts[first])
      isThere = true
    }
    return isThere ? total : nil
  }
}
