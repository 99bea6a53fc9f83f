import KernelContract
import Network
import Scheduler
import Synchronization

/// Runs a plan: one operation after the other on generated kernels, tiles shared out among a team.
///
/// Its results are the interpreter's in `Float`, bit by bit.
package final class Executor: Sendable {
  private let plan: Plan
  private let team: Team

  /// Arenas that no run uses now.
  private let arenas = Mutex<[AlignedStorage]>([])

  package init(_ plan: Plan, team: Team) {
    self.plan = plan
    self.team = team
  }

  /// Runs the network on one picture; any number of runs may go on at once.
  ///
  /// - Parameters:
  ///   - picture: normalised, planar `[3][height][width]`.
  ///   - keepingStages: whether to copy the stage outputs.
  package func run(
    _ picture: Span<Float>, height: Int, width: Int, keepingStages: Bool = false
  ) -> Results<Float> {
    let graph = plan.graph
    let layout = RunLayout(plan, height: height, width: width)
    precondition(picture.count == layout.shapes[0].elements)
    let arena = takeArena(layout.elements)
    defer { arenas.withLock { $0.append(arena) } }
    return picture.withUnsafeBufferPointer { pixels in
      guard let start = pixels.baseAddress else { preconditionFailure("a picture has pixels") }
      let memory = RunMemory(picture: start, arena: arena.base, layout: layout)
      var results = Results<Float>()
      for (index, operation) in plan.operations.enumerated() {
        StepRunner(operation: operation, index: index, memory: memory, team: team).run()
        let output = operation.output
        if keepingStages, graph.stageOutputs.contains(output) {
          results.stages.append((layout.shapes[output], memory.copy(output)))
        }
        if output == graph.embedding { results.embedding = memory.copy(output) }
        if output == graph.logits { results.logits = memory.copy(output) }
      }
      return results
    }
  }

  private func takeArena(_ elements: Int) -> AlignedStorage {
    let free = arenas.withLock { arenas -> AlignedStorage? in
      guard let index = arenas.firstIndex(where: { $0.count >= elements }) else {
        arenas.removeAll()
        return nil
      }
      return arenas.remove(at: index)
    }
    return free ?? AlignedStorage(count: elements)
  }
}

extension RunMemory {
  /// A value without padding, channels-last.
  fileprivate func copy(_ number: Int) -> [Float] {
    let shape = layout.shapes[number]
    let pitch = ActivationLayout(shape).pitch
    let source = value(number)
    return Array(unsafeUninitializedCapacity: shape.elements) { buffer, count in
      for pixel in 0..<shape.pixels {
        for channel in 0..<shape.channels {
          buffer.initializeElement(
            at: pixel * shape.channels + channel, to: source[pixel * pitch + channel])
        }
      }
      count = shape.elements
    }
  }
}
