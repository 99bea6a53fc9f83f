import KernelContract

/// What plans do otherwise than by the rules: kernels of operations, and how steps are cut.
///
/// What is not chosen here is chosen by the rules. Every choice gives the same bits; one that no kernel
/// can follow is refused when it is made.
package struct PlanChoices: Sendable {
  /// What a choice is for: one operation, or several that read each other, on what.
  package struct Key: Sendable, Hashable {
    package let operations: [OperationProblem]
    package let instructionSet: InstructionSet
    /// Workers that share a picture.
    package let workers: Int

    /// A key.
    package init(_ operations: [OperationProblem], on set: InstructionSet, workers: Int) {
      self.operations = operations
      instructionSet = set
      self.workers = workers
    }
  }

  private var kernels: [Key: ChosenKernels] = [:]
  private var steps: [Key: StepChoice] = [:]

  /// No choices: all by the rules.
  package init() {}

  /// Whether all is left to the rules.
  package var isEmpty: Bool { kernels.isEmpty && steps.isEmpty }

  /// Chooses the kernels of the one operation of `key`.
  ///
  /// - Parameter names: of the catalogue; of a matrix product one a run in ascending order of the
  ///   channels, with its number of panels: `pointwise_f32_8x3v_gelu*6`.
  /// - Throws: where these kernels do not exist or do not compute exactly that operation.
  package mutating func choose(kernels names: [String], for key: Key) throws(ChoiceError) {
    guard key.operations.count == 1 else {
      throw ChoiceError(found: "kernels of several operations", expected: "those of one")
    }
    kernels[key] = try ChosenKernels(
      names: names, for: key.operations[0], on: key.instructionSet)
  }

  /// Chooses how the operations of `key` become steps.
  ///
  /// - Throws: where they cannot be run that way.
  package mutating func choose(_ step: StepChoice, for key: Key) throws(ChoiceError) {
    try step.check(for: key.operations)
    steps[key] = step
  }

  /// These choices with those of `others`, which win.
  package func merging(_ others: PlanChoices) -> PlanChoices {
    var merged = self
    merged.kernels.merge(others.kernels) { $1 }
    merged.steps.merge(others.steps) { $1 }
    return merged
  }

  /// The kernels chosen for `key`; nil to choose by the rules.
  func kernels(for key: Key) -> ChosenKernels? { kernels[key] }

  /// The choice for the operations of `key`; nil to choose by the rules.
  func step(for key: Key) -> StepChoice? { steps[key] }
}

/// What a plan's choices of kernels are looked up for: any picture runs on any number of workers, but
/// weights are packed once.
package struct PlanGuide: Sendable, Hashable {
  package let height: Int
  package let width: Int
  package let workers: Int

  /// Pictures of `height` × `width` pixels, shared by `workers` workers.
  package init(height: Int, width: Int, workers: Int) {
    self.height = height
    self.width = width
    self.workers = workers
  }
}
