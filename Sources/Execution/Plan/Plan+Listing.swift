import KernelContract

/// One operation of a plan on a picture of known size, ready to print.
package struct OperationListing: Sendable {
  /// The place in the network.
  package let name: String
  package let problem: OperationProblem
  /// The kernels that compute it, such as `pointwise_f32_8x3v_gelu`.
  package let kernels: [String]
}

/// One step of a schedule, ready to print.
package struct StepListing: Sendable {
  /// The operations it runs, by place in the plan.
  package let operations: Range<Int>
  package let tileCount: Int
}

extension Plan {
  /// What running the plan on pictures of `height` × `width` pixels does, operation by operation.
  package func operationListings(height: Int, width: Int) -> [OperationListing] {
    let shapes = graph.shapes(height: height, width: width)
    return operations.map { operation in
      OperationListing(
        name: operation.name, problem: operation.problem(on: shapes[operation.input]),
        kernels: operation.work.kernels.map { String($0.prefix { $0 != "*" }) })
    }
  }

  /// The steps that `workers` workers run for such pictures.
  package func stepListings(height: Int, width: Int, workers: Int) -> [StepListing] {
    RunSchedule(self, height: height, width: width, workers: workers).steps.map {
      StepListing(operations: $0.operations, tileCount: $0.tileCount)
    }
  }
}

extension PlannedOperation.Work {
  /// The names of the kernels as `PlanChoices.choose(kernels:for:)` reads them.
  var kernels: [String] { chosen.names }

  /// The kernels without their operands.
  private var chosen: ChosenKernels {
    switch self {
    case .stem(let packed): .stem(packed.kernel, outputs: packed.outputs)
    case .depthwise(let packed): .depthwise(packed.kernel, outputs: packed.outputs)
    case .pointwise(let packed):
      .pointwise(packed.runs, outputs: packed.outputs, depth: packed.depth)
    case .attention(let kernel): .attention(kernel)
    case .pooling(let kernel): .pooling(kernel)
    case .scaling(let kernel): .scaling(kernel)
    }
  }
}
