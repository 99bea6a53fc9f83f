import FastViT
import FastViTCommandLine

/// A few runs in Chrome's trace event format, for Perfetto: one row per worker, one slice per task,
/// and the layers of a task as slices inside it.
struct Timeline {
  private let traced: TracedSession
  private let runs: [RunTrace]

  init(_ breakdown: TimeBreakdown) {
    traced = breakdown.traced
    runs = breakdown.timeline
  }

  /// The content of the file: JSON, one event per line.
  var text: String {
    let events = (names + runs.enumerated().flatMap(slices)).map(\.description)
    return "{\"displayTimeUnit\": \"ms\", \"traceEvents\": [\n"
      + events.joined(separator: ",\n") + "\n]}\n"
  }

  /// The identifier of the only process in the timeline.
  private static let process = JSONValue.integer(1)

  /// The identifier of a worker's row.
  private static func row(_ worker: Int) -> JSONValue { .integer(worker + 1) }

  /// The events that name the process and the rows.
  private var names: [JSONValue] {
    let title = "fastvit \(traced.session.model.variant), \(traced.height)x\(traced.width)"
    let process: JSONValue = [
      "name": "process_name", "ph": "M", "pid": Self.process, "args": ["name": .string(title)],
    ]
    let rows = (0..<traced.session.threads).map { worker -> JSONValue in
      [
        "name": "thread_name", "ph": "M", "pid": Self.process, "tid": Self.row(worker),
        "args": ["name": .string("worker \(worker)")],
      ]
    }
    return [process] + rows
  }

  private func slices(run index: Int, _ run: RunTrace) -> [JSONValue] {
    run.tasks.flatMap { task -> [JSONValue] in
      let layers = traced.layers[traced.steps[task.step].layers]
      let enclosing = slice(
        layers.map(\.name).joined(separator: " + "), "step", worker: task.worker,
        from: task.start, to: task.end,
        arguments: [
          "run": .integer(index), "step": .integer(task.step), "task": .integer(task.index),
          "kernel": .string(layers.flatMap(\.kernels).joined(separator: ", ")),
          "step_multiply_adds": .integer(layers.reduce(0) { $0 + $1.multiplyAdds }),
        ])
      let nested = task.parts.map { part in
        let layer = traced.layers[part.layer]
        return slice(
          layer.name, "layer", worker: task.worker, from: part.start, to: part.end,
          arguments: [
            "task": .integer(task.index), "kernel": .string(layer.kernels.joined(separator: ", ")),
            "problem": .string(layer.problem), "layer_multiply_adds": .integer(layer.multiplyAdds),
          ])
      }
      return [enclosing] + nested
    }
  }

  /// The event of one slice. Its times are microseconds from the start of the first run.
  private func slice(
    _ name: String, _ category: String, worker: Int, from start: UInt64, to end: UInt64,
    arguments: JSONValue
  ) -> JSONValue {
    [
      "name": .string(name), "cat": .string(category), "ph": "X", "pid": Self.process,
      "tid": Self.row(worker), "ts": .number(Double(start - (runs.first?.start ?? 0)) / 1000),
      "dur": .number(Double(end - start) / 1000), "args": arguments,
    ]
  }
}
