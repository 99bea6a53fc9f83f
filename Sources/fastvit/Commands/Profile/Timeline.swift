import CommandLineTool
import FastViT

/// Some runs in Chrome's trace event format, which Perfetto shows: a row a worker, tiles of steps as
/// slices, the layers inside them nested.
struct Timeline {
  private let traced: TracedSession
  private let runs: [RunTrace]

  init(_ profile: Profile) {
    traced = profile.traced
    runs = profile.timeline
  }

  /// The file: JSON, one event a line.
  var text: String {
    let events = (names + runs.enumerated().flatMap(slices)).map(\.description)
    return "{\"displayTimeUnit\": \"ms\", \"traceEvents\": [\n"
      + events.joined(separator: ",\n") + "\n]}\n"
  }

  /// The one process of the timeline.
  private static let process = JSONValue.integer(1)

  /// The row of a worker.
  private static func row(_ worker: Int) -> JSONValue { .integer(worker + 1) }

  /// Events that name process and rows.
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
    run.tiles.flatMap { tile -> [JSONValue] in
      let layers = traced.layers[traced.steps[tile.step].layers]
      let enclosing = slice(
        layers.map(\.name).joined(separator: " + "), "step", worker: tile.worker,
        from: tile.start, to: tile.end,
        arguments: [
          "run": .integer(index), "step": .integer(tile.step), "tile": .integer(tile.index),
          "kernel": .string(layers.flatMap(\.kernels).joined(separator: ", ")),
          "step_multiply_adds": .integer(layers.reduce(0) { $0 + $1.multiplyAdds }),
        ])
      let nested = tile.parts.map { part in
        let layer = traced.layers[part.layer]
        return slice(
          layer.name, "layer", worker: tile.worker, from: part.start, to: part.end,
          arguments: [
            "tile": .integer(tile.index), "kernel": .string(layer.kernels.joined(separator: ", ")),
            "problem": .string(layer.problem), "layer_multiply_adds": .integer(layer.multiplyAdds),
          ])
      }
      return [enclosing] + nested
    }
  }

  /// Times in the file are microseconds from the start of the first run.
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
