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
        name: operation.name, problem: operation.work.problem(on: shapes[operation.input]),
        kernels: operation.work.kernels)
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
  fileprivate func problem(on input: FeatureShape) -> OperationProblem {
    switch self {
    case .stem(let packed):
      OperationProblem(
        .convolution(packed.kernel.geometry, outputChannels: packed.outputs, layout: .nchw),
        on: input, epilogue: packed.kernel.epilogue)
    case .depthwise(let packed):
      OperationProblem(
        .depthwise(packed.kernel.geometry, multiplier: packed.kernel.multiplier), on: input,
        epilogue: packed.kernel.epilogue)
    case .pointwise(let packed):
      OperationProblem(
        .pointwise(outputChannels: packed.outputs), on: input,
        epilogue: packed.runs[0].kernel.epilogue)
    case .attention(let kernel):
      OperationProblem(.attention(headDimension: kernel.headDimension), on: input)
    case .pooling:
      OperationProblem(.globalAveragePool, on: input)
    case .scaling(let kernel):
      OperationProblem(
        .scaleChannels, on: input, epilogue: kernel.activation == .gelu ? .gelu : .bias)
    }
  }

  fileprivate var kernels: [String] {
    switch self {
    case .stem(let packed): [packed.kernel.name]
    case .depthwise(let packed): [packed.kernel.name]
    case .pointwise(let packed): packed.runs.map(\.kernel.name)
    case .attention(let kernel): [kernel.name]
    case .pooling(let kernel): [kernel.name]
    case .scaling(let kernel): [kernel.name]
    }
  }
}
