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
  }

  let key: Key
  let steps: [any Step]
  private let layout: RunLayout

  /// The memory of all values, and perhaps more.
  let arena: AlignedBuffer

  /// Of each step: what callers want of the values it makes.
  private let outputs: [[(kind: RunOutput.Kind, value: Int)]]

  /// - Parameter buffer: the memory to run in, where it is large enough.
  init(_ plan: Plan, _ key: Key, reusing buffer: AlignedBuffer? = nil) {
    self.key = key
    let schedule = RunSchedule(
      plan, height: key.height, width: key.width, workers: key.workers)
    steps = schedule.steps
    layout = schedule.layout
    if let buffer, buffer.count >= layout.elements {
      arena = buffer
    } else {
      arena = AlignedBuffer(count: layout.elements)
    }
    outputs = steps.map { step in
      step.operations.filter { !step.innerOperations.contains($0) }.flatMap { index in
        let value = plan.operations[index].output
        return plan.graph.outputKinds(of: value).map { ($0, value) }
      }
    }
  }

  /// Runs all steps on one picture.
  ///
  /// - Parameters:
  ///   - picture: planar `[3][height][width]`.
  ///   - crew: of `key.workers` workers.
  ///   - check: called before every step; where it throws, the run ends.
  ///   - deliver: called with every output as soon as it is made.
  func run<Failure>(
    _ picture: UnsafePointer<Float>, on crew: Crew, trace: Trace?,
    check: () throws(Failure) -> Void, deliver: (RunOutput) -> Void
  ) throws(Failure) {
    precondition(crew.workerCount <= key.workers)
    let memory = RunMemory(
      picture: .planar(picture, height: key.height, width: key.width), arena: arena.pointer,
      layout: layout, trace: trace)
    for (index, step) in steps.enumerated() {
      try check()
      crew.forEachTile(count: step.tileCount) { tile, worker in
        guard let trace else { return step.run(tile, memory, worker: worker) }
        trace.lanes[worker].record(.tile(tile, step: index)) {
          step.run(tile, memory, worker: worker)
        }
      }
      for (kind, value) in outputs[index] {
        deliver(
          RunOutput(
            kind: kind, shape: layout.shapes[value], values: UnsafePointer(memory.value(value))))
      }
    }
  }
}
