import FastViTOperations

/// A number of tasks that may run in any order and at the same time, each on one worker.
protocol Step: Sendable {
  /// The operations that the step runs, by their places in the plan.
  var operations: Range<Int> { get }

  var taskCount: Int { get }

  /// Bytes of scratch memory per worker.
  var scratchBytes: Int { get }

  /// The operations of `operations` whose outputs never leave a worker's scratch memory.
  var innerOperations: Range<Int> { get }

  /// Runs one task with the scratch memory of `worker`; at most one task per worker runs at a time.
  func run(_ task: Int, _ memory: RunMemory, worker: Int)
}

extension Step {
  var scratchBytes: Int { 0 }

  var innerOperations: Range<Int> { operations.lowerBound..<operations.lowerBound }
}

/// An operation with its shapes for images of one size.
struct ShapedOperation: Sendable {
  let operation: PlannedOperation
  let input: FeatureShape
  let output: FeatureShape

  init(_ operation: PlannedOperation, _ shapes: [FeatureShape]) {
    self.operation = operation
    input = shapes[operation.input]
    output = shapes[operation.output]
  }

  var outputPitch: Int { ActivationLayout.pitch(output.channels) }

  /// Bytes of a row of the output.
  var outputRowBytes: Int {
    output.width * outputPitch * ActivationLayout.elementType.byteCount
  }

  /// Where the operands lie when each is a whole feature map in the run's memory.
  func places(_ memory: RunMemory, worker: Int) -> OperandPlaces {
    OperandPlaces(
      input: memory.map(operation.input),
      second: operation.second.map { UnsafeRawPointer(memory.value($0)) },
      output: memory.value(operation.output), outputPitch: outputPitch,
      scratch: memory.scratch(ofWorker: worker))
  }
}
