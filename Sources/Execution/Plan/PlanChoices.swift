import FastViTCatalogue
import FastViTOperations

/// What plans do otherwise than by the rules: the kernels of operations, and how steps are cut.
///
/// What is not chosen here is chosen by the rules. Every choice gives the same bits; a choice that no kernel
/// can follow is refused when it is made.
package struct PlanChoices: Sendable {
  /// What a choice is for: one operation, or several of which each reads the one before; on which instruction
  /// set; by how many workers.
  package struct Key: Sendable, Hashable {
    /// The operations in the order in which they run.
    package let operations: [OperationProblem]
    /// The instruction set that the plan is for.
    package let instructionSet: InstructionSet
    /// Workers that share an image.
    package let workers: Int

    /// A key; see its properties.
    package init(_ operations: [OperationProblem], on set: InstructionSet, workers: Int) {
      self.operations = operations
      instructionSet = set
      self.workers = workers
    }
  }

  private var kernels: [Key: any ChosenKernels] = [:]
  private var steps: [Key: StepChoice] = [:]

  /// No choices: all by the rules.
  package init() {}

  /// Whether all is left to the rules.
  package var isEmpty: Bool { kernels.isEmpty && steps.isEmpty }

  /// Chooses the kernels of the one operation of `key`.
  ///
  /// - Parameter names: of the catalogue; of a matrix product one per segment in ascending order of the
  ///   channels, with its number of panels: `pointwise_f32_8x3v_gelu*6`.
  /// - Throws: where these kernels do not exist or do not compute exactly that operation.
  package mutating func choose(
    kernels names: [String], for key: Key, from catalogue: KernelCatalogue = .generated
  ) throws(ChoiceError) {
    guard key.operations.count == 1 else {
      throw ChoiceError(found: "kernels of several operations", expected: "those of one")
    }
    kernels[key] = try key.operations[0].chosen(
      names: names, on: key.instructionSet.included, in: catalogue)
  }

  /// Chooses how the operations of `key` become steps.
  ///
  /// - Throws: where the operations cannot be run that way.
  package mutating func choose(_ step: StepChoice, for key: Key) throws(ChoiceError) {
    try step.check(for: key.operations)
    steps[key] = step
  }

  /// These choices and those of `others`; where both have one, that of `others` counts.
  package func merging(_ others: PlanChoices) -> PlanChoices {
    var merged = self
    merged.kernels.merge(others.kernels) { $1 }
    merged.steps.merge(others.steps) { $1 }
    return merged
  }

  /// The kernels chosen for `key`; nil to choose by the rules.
  func kernels(for key: Key) -> (any ChosenKernels)? { kernels[key] }

  /// The choice for the operations of `key`; nil to choose by the rules.
  func step(for key: Key) -> StepChoice? { steps[key] }
}

/// The size of images and the number of workers for which a plan's kernels are looked up. The plan runs any
/// image on any number of workers, but its weights are packed once.
package struct PlanGuide: Sendable, Hashable {
  /// Rows of an image.
  package let height: Int
  /// Pixels in a row of an image.
  package let width: Int
  /// Workers that share an image.
  package let workers: Int

  /// Images of `height` × `width` pixels, shared by `workers` workers.
  package init(height: Int, width: Int, workers: Int) {
    self.height = height
    self.width = width
    self.workers = workers
  }
}
