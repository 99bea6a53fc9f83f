import FastViT
import FastViTMeasurement

/// The times of layers, steps and workers in many runs, in nanoseconds.
struct LayerSamples {
  /// For each layer, each step and each worker: the time in every traced run, summed over tasks.
  private(set) var layers: [[Double]]
  private(set) var steps: [[Double]]
  private(set) var workers: [[Double]]

  /// The wall-clock times of the traced and of the untraced runs.
  private(set) var traced: [Double] = []
  private(set) var untraced: [Double] = []

  /// An empty collection for runs of `session`.
  init(_ session: TracedSession) {
    layers = session.layers.map { _ in [] }
    steps = session.steps.map { _ in [] }
    workers = (0..<session.session.threads).map { _ in [] }
  }

  /// The number of traced runs.
  var count: Int { traced.count }

  /// Alternates untraced and traced runs of `session` for `seconds`, at least one of each. One run
  /// before them is not counted, because other work has filled the caches.
  mutating func take(_ session: TracedSession, _ images: [Float], for seconds: Double) {
    session.run(images.span)
    var total = 0.0
    repeat {
      let time = timing { session.run(images.span) }.realNanoseconds
      untraced.append(time)
      let run = session.traced(images.span)
      append(run)
      total += time + run.nanoseconds
    } while total < seconds * 1e9
  }

  /// Adds a traced run.
  mutating func append(_ run: RunTrace) {
    var layers = [Double](repeating: 0, count: layers.count)
    var steps = [Double](repeating: 0, count: steps.count)
    var workers = [Double](repeating: 0, count: workers.count)
    for task in run.tasks {
      steps[task.step] += task.nanoseconds
      workers[task.worker] += task.nanoseconds
      for part in task.parts { layers[part.layer] += part.nanoseconds }
    }
    for (index, time) in layers.enumerated() { self.layers[index].append(time) }
    for (index, time) in steps.enumerated() { self.steps[index].append(time) }
    for (index, time) in workers.enumerated() { self.workers[index].append(time) }
    traced.append(run.nanoseconds)
  }
}
