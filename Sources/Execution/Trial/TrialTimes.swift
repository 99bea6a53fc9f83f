import KernelContract

/// How long the parts of one run took.
package struct TrialTimes: Sendable {
  /// Nanoseconds of cores, all occurrences of an operation together.
  package let operations: [OperationProblem: Double]

  /// Nanoseconds on the wall from the first tile's start to the last one's end.
  package let total: Double

  /// The time on the wall of one step.
  private struct StepTime: Sendable {
    let operations: Range<Int>
    var start: UInt64 = .max
    var end: UInt64 = 0
  }

  private let steps: [StepTime]
  private let problems: [OperationProblem]

  /// - Parameters:
  ///   - steps: the operations of each step.
  ///   - problems: of each operation.
  init(_ events: [Trace.Event], steps: [Range<Int>], problems: [OperationProblem]) {
    var operations: [OperationProblem: Double] = [:]
    var times = steps.map { StepTime(operations: $0) }
    for event in events {
      switch event.subject {
      case .operation(let index):
        operations[problems[index], default: 0] += Double(event.end - event.start)
      case .tile(_, let step):
        times[step].start = min(times[step].start, event.start)
        times[step].end = max(times[step].end, event.end)
      }
    }
    self.operations = operations
    self.steps = times
    self.problems = problems
    let start = times.map(\.start).min() ?? 0
    total = Double((times.map(\.end).max() ?? 0) - start)
  }

  /// Nanoseconds on the wall of `chain`, operations that follow each other, wherever steps run exactly
  /// these; nil if they do nowhere.
  package func wall(of chain: [OperationProblem]) -> Double? {
    var total = 0.0
    var isThere = false
    for (index, step) in steps.enumerated() {
      let first = step.operations.lowerBound
      let range = first..<first + chain.count
      guard range.upperBound <= problems.count, problems[range].elementsEqual(chain) else {
        continue
      }
      let inside = steps[index...].prefix { $0.operations.upperBound <= range.upperBound }
      guard let last = inside.last, last.operations.upperBound == range.upperBound else {
        continue
      }
      total += Double(last.end - step.start)
      isThere = true
    }
    return isThere ? total : nil
  }
}
