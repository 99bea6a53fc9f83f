import KernelCatalog
import KernelContract
import Network
import Scheduler

/// Everything a run needs for pictures of one size: its steps and its memory. One picture at a time.
final class PreparedRun: Sendable {
  /// What it was made for.
  struct Key: Sendable, Hashable {
    let height: Int
    let width: Int
    let workers: Int

    /// Whether both are for pictures of one size.
    func hasSize(of other: Key) -> Bool { (height, width) == (other.height, other.width) }
  }

  let key: Key
  let steps: [any Step]
  private let prepared: [PreparedStep]
  private let memory: RunMemory

  /// The memory of all values, and perhaps more.
  let arena: AlignedBuffer

  /// - Parameter buffer: the memory to run in, where it is large enough.
  init(_ plan: Plan, _ key: Key, reusing buffer: AlignedBuffer? = nil) {
    self.key = key
    let schedule = RunSchedule(
      plan, height: key.height, width: key.width, workers: key.workers)
    let layout = schedule.layout
    steps = schedule.steps
    if let buffer, buffer.count >= layout.elements {
      arena = buffer
    } else {
      arena = AlignedBuffer(count: layout.elements)
    }
    let memory = RunMemory(arena: arena.pointer, layout: layout)
    self.memory = memory
    prepared = steps.enumerated().map { PreparedStep($1, number: $0, of: plan, in: memory) }
  }

  /// Runs all steps on one picture.
  ///
  /// - Parameters:
  ///   - picture: planar `[3][height][width]`.
  ///   - crew: of `key.workers` workers.
  ///   - isOver: asked before every step; where it is true, the run ends.
  ///   - deliver: called with every output as soon as it is made.
  /// - Returns: whether all steps were run.
  func run(
    _ picture: UnsafePointer<Float>, on crew: Crew, trace: Trace?, isOver: (() -> Bool)?,
    deliver: (RunOutput) -> Void
  ) -> Bool {
    precondition(crew.workerCount <= key.workers)
    memory.begin(.planar(picture, height: key.height, width: key.width), trace)
    defer { memory.end() }
    for step in prepared {
      if let isOver, isOver() { return false }
      crew.forEachTile(count: step.tileCount, step.runTile)
      for (kind, value) in step.outputs {
        deliver(
          RunOutput(
            kind: kind, shape: memory.layout.shapes[value],
            values: UnsafePointer(memory.value(value))))
      }
    }
    return true
  }
}

/// What the crew needs to know of a step, and the caller of its outputs.
private struct PreparedStep: Sendable {
  let tileCount: Int

  /// Made once, since a closure that captures is memory; called with tile and worker.
  let runTile: @Sendable (Int, Int) -> Void

  /// What callers want of the values it makes.
  let outputs: [(kind: RunOutput.Kind, value: Int)]

  init(_ step: any Step, number: Int, of plan: Plan, in memory: RunMemory) {
    tileCount = step.tileCount
    runTile = { tile, worker in
      guard let trace = memory.trace else { return step.run(tile, memory, worker: worker) }
      trace.lanes[worker].record(.tile(tile, step: number)) {
        step.run(tile, memory, worker: worker)
      }
    }
    outputs = step.operations.filter { !step.innerOperations.contains($0) }.flatMap { index in
      let value = plan.operations[index].output
      return plan.graph.outputKinds(of: value).map { ($0, value) }
    }
  }
}
