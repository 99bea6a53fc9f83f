import Execution
import KernelContract
import Measurement

extension Campaign {
  /// How it ended.
  package struct Outcome: Sendable {
    /// Decisions for this network, size and number of workers, those that were known before included.
    package let entries: [TuningEntry]
    /// The part of the operations' time that each takes by the rules.
    package let shares: [OperationProblem: Double]
    /// Nanoseconds of whole runs by the rules and as decided, taken in turns.
    package let standard: Summary
    package let tuned: Summary
    /// Decisions there was no time for.
    package let undecided: Int

    /// The part of the operations' time that the kernels of `entry` take by the rules; nil for a step.
    package func share(of entry: TuningEntry) -> Double? {
      entry.subject.isOfKernels ? shares[entry.key.operations[0]] : nil
    }

    /// Decisions about kernels where the rules' are slower by more than the part `tolerance`, of
    /// operations that take more than the part `share` of the time.
    package func mistakes(tolerance: Double, share least: Double) -> [TuningEntry] {
      entries.filter { entry in
        (share(of: entry) ?? 0) > least && entry.defaultTime > entry.time * (1 + tolerance)
      }
    }
  }
}
