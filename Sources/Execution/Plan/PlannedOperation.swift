import KernelCatalog
import KernelContract

/// A step with its kernels chosen and its weights packed.
struct PlannedOperation: Sendable {
  /// The place in the network.
  let name: String
  let operation: OperationProblem.Operation
  let epilogue: Epilogue
  let work: Work

  /// The place among the graph's nodes of the operation that does the work.
  let node: Int

  /// The number of the value it reads.
  let input: Int

  /// The number of a second value: a residual, or factors of channels.
  let second: Int?

  /// The number of the value it makes.
  let output: Int

  /// The kernels and their operands.
  enum Work: Sendable {
    case stem(PackedStem)
    case depthwise(PackedDepthwise)
    case pointwise(PackedPointwise)
    case attention(AttentionKernel)
    case pooling(PoolingKernel)
    case scaling(ScalingKernel)
  }

  init(_ lowered: LoweredOperation, _ work: Work) {
    name = lowered.name
    operation = lowered.kind.operation
    epilogue = lowered.kind.epilogue
    self.work = work
    node = lowered.node
    input = lowered.input
    second = lowered.second
    output = lowered.output
  }

  /// An operation that is in no network.
  init(_ problem: OperationProblem, _ work: Work, input: Int, second: Int?, output: Int) {
    name = ""
    operation = problem.operation
    epilogue = problem.epilogue
    self.work = work
    node = 0
    self.input = input
    self.second = second
    self.output = output
  }

  /// The same operation with other kernels.
  func with(_ work: Work) -> PlannedOperation {
    PlannedOperation(self, work)
  }

  private init(_ other: PlannedOperation, _ work: Work) {
    name = other.name
    operation = other.operation
    epilogue = other.epilogue
    self.work = work
    node = other.node
    input = other.input
    second = other.second
    output = other.output
  }

  /// What is asked of the kernels on a map of `input`.
  func problem(on input: FeatureShape) -> OperationProblem {
    OperationProblem(operation, on: input, epilogue: epilogue)
  }
}

extension PlannedOperation.Work {
  /// Values of packed weights and biases.
  var weightElements: Int {
    switch self {
    case .stem(let packed): packed.operandElements
    case .depthwise(let packed): packed.operandElements
    case .pointwise(let packed): packed.operandElements
    case .attention, .pooling, .scaling: 0
    }
  }
}
