import FastViTNetwork
import FastViTOperations
import FastViTScheduler

/// Everything that a run needs for images of one size: the steps and the memory. It runs one image at a time.
final class PreparedRun: Sendable {
  /// What a run is prepared for.
  struct Key: Sendable, Hashable {
    let height: Int
    let width: Int
    let workers: Int

    /// Whether both are for images of one size.
    func hasSize(of other: Key) -> Bool { (height, width) == (other.height, other.width) }
  }

  let key: Key
  let steps: [any Step]
  private let prepared: [PreparedStep]
  private let memory: RunMemory

  /// The memory of all values; may be larger than they need.
  let arena: AlignedBuffer

  /// - Parameter buffer: the memory to run in, where it is large enough.
  init(_ plan: Plan, _ key: Key, reusing buffer: AlignedBuffer? = nil) {
    self.key = key
    let sequence = StepSequence(
      plan, height: key.height, width: key.width, workers: key.workers)
    let layout = sequence.layout
    steps = sequence.steps
    if let buffer, buffer.byteCount >= layout.bytes {
      arena = buffer
    } else {
      arena = AlignedBuffer(byteCount: layout.bytes)
    }
    let memory = RunMemory(arena: arena.pointer, layout: layout)
    self.memory = memory
    prepared = steps.enumerated().map { PreparedStep($1, number: $0, of: plan, in: memory) }
  }

  /// Runs all steps on one image.
  ///
  /// - Parameters:
  ///   - image: of the size that the run is prepared for.
  ///   - crew: at most `key.workers` workers.
  ///   - trace: where the workers note what they do; nil for nowhere.
  ///   - isOver: asked before every step; where it is true, the run ends.
  ///   - deliver: called with every output as soon as it is made.
  /// - Returns: whether all steps were run.
  func run(
    _ image: StridedMap, on crew: Crew, trace: Trace?, isOver: (() -> Bool)?,
    deliver: (RunOutput) -> Void
  ) -> Bool {
    precondition(crew.workerCount <= key.workers)
    memory.begin(image, trace)
    defer { memory.end() }
    for step in prepared {
      if let isOver, isOver() { return false }
      crew.forEachTask(count: step.taskCount, step.runTask)
      for output in step.outputs {
        deliver(
          RunOutput(
            kind: output.kind, shape: output.shape,
            values: UnsafeRawPointer(memory.value(output.value)), planar: output.planar))
      }
    }
    return true
  }
}

/// One step as a prepared run keeps it: its tasks, and which of its outputs callers may want.
private struct PreparedStep: Sendable {
  let taskCount: Int

  /// Runs one task; its arguments are the task and the worker. Made once, since a closure that captures
  /// values allocates memory.
  let runTask: @Sendable (Int, Int) -> Void

  /// A value that callers want.
  struct Output: Sendable {
    let kind: RunOutput.Kind
    let value: Int
    let shape: FeatureShape
    /// Makes feature maps planar.
    let planar: any PackedOperation
  }
  let outputs: [Output]

  init(_ step: any Step, number: Int, of plan: Plan, in memory: RunMemory) {
    taskCount = step.taskCount
    runTask = { task, worker in
      guard let trace = memory.trace else { return step.run(task, memory, worker: worker) }
      trace.lanes[worker].record(.task(task, step: number)) {
        step.run(task, memory, worker: worker)
      }
    }
    outputs = step.operations.filter { !step.innerOperations.contains($0) }.flatMap { index in
      let value = plan.operations[index].output
      return plan.graph.outputKinds(of: value).map { kind in
        let shape = memory.layout.shapes[value]
        return Output(kind: kind, value: value, shape: shape, planar: plan.planarConversion(shape))
      }
    }
  }
}

extension Plan {
  /// The operation that turns a feature map of `shape` into `[channel][pixel]`.
  fileprivate func planarConversion(_ shape: FeatureShape) -> any PackedOperation {
    let problem = OperationProblem(.toPlanar, on: shape)
    guard let chosen = problem.chosen(on: instructionSet.included, in: catalogue) else {
      preconditionFailure("no kernel of \(instructionSet) computes \(problem)")
    }
    return chosen.pack(GivenWeights([], []), into: nil)
  }
}
