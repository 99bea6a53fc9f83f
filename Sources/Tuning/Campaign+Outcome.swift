import FastViTExecution
import FastViTMeasurement
import FastViTOperations

extension Campaign {
  /// How a campaign ended.
  package struct Outcome: Sendable {
    /// Decisions for this network, size and number of workers, including those known before.
    package let entries: [TuningEntry]
    /// The part of all operations' time that each operation takes by the rules, from 0 to 1.
    package let shares: [OperationProblem: Double]
    /// Nanoseconds of whole runs by the rules; they alternate with those of `tuned`.
    package let standard: Summary
    /// Nanoseconds of whole runs as decided.
    package let tuned: Summary
    /// How many decisions there was no time for.
    package let undecided: Int

    /// The part of the operations' time that the kernels of `entry` take by the rules; nil for a step.
    package func share(of entry: TuningEntry) -> Double? {
      entry.subject.isOfKernels ? shares[entry.key.operations[0]] : nil
    }

    /// Decisions about kernels where the rules' choice is slower by more than the part `tolerance`, for
    /// operations that take more than the part `share` of the time.
    package func mistakes(tolerance: Double, share least: Double) -> [TuningEntry] {
      entries.filter { entry in
        (share(of: entry) ?? 0) > least && entry.defaultTime > entry.time * (1 + tolerance)
      }
    }
  }
}
