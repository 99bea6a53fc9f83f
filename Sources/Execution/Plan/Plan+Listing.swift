import FastViTOperations

/// One operation of a plan on an image of known size, ready to print.
package struct OperationListing: Sendable {
  /// The operation's place in the network.
  package let name: String
  /// What is asked of the kernels.
  package let problem: OperationProblem
  /// The kernels that compute it, such as `pointwise_f32_8x3v_gelu`.
  package let kernels: [String]
}

/// One step of a plan, ready to print.
package struct StepListing: Sendable {
  /// The operations that the step runs, by their places in the plan.
  package let operations: Range<Int>
  /// Tasks that the workers share.
  package let taskCount: Int
}

extension Plan {
  /// What running the plan on images of `height` × `width` pixels does, operation by operation.
  package func operationListings(height: Int, width: Int) -> [OperationListing] {
    let shapes = graph.shapes(height: height, width: width)
    return operations.map { operation in
      OperationListing(
        name: operation.name, problem: operation.lowered.problem(shapes),
        kernels: operation.kernels.map { String($0.prefix { $0 != "*" }) })
    }
  }

  /// The steps of a run by `workers` workers on one image of `height` × `width` pixels.
  package func stepListings(height: Int, width: Int, workers: Int) -> [StepListing] {
    StepSequence(self, height: height, width: width, workers: workers).steps.map {
      StepListing(operations: $0.operations, taskCount: $0.taskCount)
    }
  }
}

extension Plan {
  /// Cuts the operations into groups that run as one step: as chosen for images of this size and `workers`
  /// workers, else by the first rule that applies.
  ///
  /// - Parameter shapes: the shapes of all values.
  func groups(shapes: [FeatureShape], workers: Int) -> [Range<Int>] {
    lowering.groups { group, rule in
      let choice = choices.step(for: key(of: group, shapes: shapes, workers: workers))
      return choice?.isFused ?? rules.contains(rule)
    }
  }

  /// The key by which choices for the operations `group` are looked up.
  func key(of group: Range<Int>, shapes: [FeatureShape], workers: Int) -> PlanChoices.Key {
    PlanChoices.Key(
      operations[group].map { $0.lowered.problem(shapes) }, on: instructionSet, workers: workers)
  }
}
