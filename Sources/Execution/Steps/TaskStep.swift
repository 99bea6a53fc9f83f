import FastViTOperations

/// One operation, divided into tasks by its packed operation.
struct TaskStep: Step {
  let operations: Range<Int>
  private let shaped: ShapedOperation
  private let tasks: any OperationTasks
  let scratchBytes: Int

  /// - Parameter tasksPerWorker: a wish; nil to leave it to the operation.
  init(_ shaped: ShapedOperation, operation: Int, workers: Int, tasksPerWorker: Int?) {
    operations = operation..<operation + 1
    self.shaped = shaped
    let packed = shaped.operation.packed
    tasks = packed.tasks(on: shaped.input, workers: workers, tasksPerWorker: tasksPerWorker)
    scratchBytes = AlignedBuffer.aligned(packed.scratchBytes(on: shaped.input))
  }

  var taskCount: Int { tasks.count }

  func run(_ task: Int, _ memory: RunMemory, worker: Int) {
    let places = shaped.places(memory, worker: worker)
    memory.record(operations.lowerBound, worker: worker) { tasks.run(task, places) }
  }
}
