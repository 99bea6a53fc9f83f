import FastViT
import Measurement

/// The times of many runs, in nanoseconds.
struct ProfileSamples {
  /// Of each layer, of each step and of each worker: the time in every traced run, summed over tiles.
  private(set) var layers: [[Double]]
  private(set) var steps: [[Double]]
  private(set) var workers: [[Double]]

  /// Of the whole run on the wall, traced and not.
  private(set) var traced: [Double] = []
  private(set) var untraced: [Double] = []

  /// No runs of `session` yet.
  init(_ session: TracedSession) {
    layers = session.layers.map { _ in [] }
    steps = session.steps.map { _ in [] }
    workers = (0..<session.session.threads).map { _ in [] }
  }

  /// Traced runs.
  var count: Int { traced.count }

  /// Runs `session` with and without notes in turn for `seconds`, once each at least, after a run that
  /// does not count, because what was done in between has had the caches to itself.
  mutating func take(_ session: TracedSession, _ pictures: [Float], for seconds: Double) {
    session.run(pictures.span)
    var total = 0.0
    repeat {
      let time = timing { session.run(pictures.span) }.realNanoseconds
      untraced.append(time)
      let run = session.traced(pictures.span)
      append(run)
      total += time + run.nanoseconds
    } while total < seconds * 1e9
  }

  /// Adds a traced run.
  mutating func append(_ run: RunTrace) {
    var layers = [Double](repeating: 0, count: layers.count)
    var steps = [Double](repeating: 0, count: steps.count)
    var workers = [Double](repeating: 0, count: workers.count)
    for tile in run.tiles {
      steps[tile.step] += tile.nanoseconds
      workers[tile.worker] += tile.nanoseconds
      for part in tile.parts { layers[part.layer] += part.nanoseconds }
    }
    for (index, time) in layers.enumerated() { self.layers[index].append(time) }
    for (index, time) in steps.enumerated() { self.steps[index].append(time) }
    for (index, time) in workers.enumerated() { self.workers[index].append(time) }
    traced.append(run.nanoseconds)
  }
}
