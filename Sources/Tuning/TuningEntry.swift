import FastViTCatalogue
import FastViTExecution
import FastViTOperations

/// One choice for an operation or a step.
package enum TuningChoice: Sendable, Hashable {
  /// Kernels by name, as `PlanChoices.choose(kernels:for:)` takes them.
  case kernels([String])
  /// How operations become steps.
  case step(StepChoice)
}

/// One decision and the times measured for it: a line of a profile.
package struct TuningEntry: Sendable, Hashable {
  /// The operations, instruction set and workers that the decision is for.
  package let key: PlanChoices.Key
  /// What is chosen.
  package let choice: TuningChoice

  /// Nanoseconds per image that the choice takes, all occurrences together: summed over all cores for kernels,
  /// wall-clock time for steps. The median.
  package let time: Double

  /// Median absolute deviation of the time, in nanoseconds.
  package let spread: Double

  /// The time of what the rules choose, in nanoseconds. The median.
  package let defaultTime: Double

  /// The number of samples of the choice.
  package let samples: Int

  /// An entry; see its properties.
  package init(
    key: PlanChoices.Key, choice: TuningChoice, time: Double, spread: Double, defaultTime: Double,
    samples: Int
  ) {
    self.key = key
    self.choice = choice
    self.time = time
    self.spread = spread
    self.defaultTime = defaultTime
    self.samples = samples
  }

  /// What an entry is looked up by: an operation may have one for its kernels and one for its step.
  package struct Subject: Sendable, Hashable {
    /// The operations, instruction set and workers.
    package let key: PlanChoices.Key
    /// Whether the decision is about kernels; otherwise it is about steps.
    package let isOfKernels: Bool
  }

  /// What the entry is looked up by.
  package var subject: Subject {
    if case .kernels = choice { return Subject(key: key, isOfKernels: true) }
    return Subject(key: key, isOfKernels: false)
  }
}

extension TuningChoice: CustomStringConvertible {
  /// The choice in a few words.
  package var description: String {
    switch self {
    case .kernels(let names): return names.joined(separator: " + ")
    case .step(let step):
      let parts = [
        step.isFused.map { $0 ? "fused" : "one by one" },
        step.sharing.map { "by \($0.rawValue)" }, step.bandRows.map { "\($0) rows at a time" },
        step.tasksPerWorker.map { "\($0) \($0 == 1 ? "task" : "tasks") per worker" },
      ].compactMap { $0 }
      return parts.isEmpty ? "by the rules" : parts.joined(separator: ", ")
    }
  }
}

extension PlanChoices {
  /// Adds a decision.
  ///
  /// - Throws: where no kernel can follow the choice.
  package mutating func choose(
    _ choice: TuningChoice, for key: Key, from catalogue: KernelCatalogue = .generated
  ) throws(ChoiceError) {
    switch choice {
    case .kernels(let names): try choose(kernels: names, for: key, from: catalogue)
    case .step(let step): try choose(step, for: key)
    }
  }
}
