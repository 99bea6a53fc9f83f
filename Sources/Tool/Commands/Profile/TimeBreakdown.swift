import FastViT
import FastViTMeasurement

/// How the time of a network divides into steps, layers and workers. Times are nanoseconds, medians
/// over many traced runs; times of layers and steps are core time, summed over tasks and workers.
struct TimeBreakdown: Sendable {
  /// The time of a layer or of a step, with its work.
  struct Cost: Sendable {
    let nanoseconds: Double

    /// The fraction of the time of all steps.
    let share: Double

    let multiplyAdds: Int

    /// The bytes of inputs, outputs and weights, each counted once per image.
    let bytes: Int

    /// The time at the speed of the roof.
    let leastNanoseconds: Double

    /// The 10⁹ floating-point operations per second of one core; nil where there are no
    /// multiply-adds.
    var gigaflops: Double? {
      multiplyAdds > 0 ? 2 * Double(multiplyAdds) / nanoseconds : nil
    }

    /// The floating-point operations per byte.
    var intensity: Double { 2 * Double(multiplyAdds) / Double(bytes) }

    /// The speed as a fraction of the roof's.
    var roofFraction: Double { leastNanoseconds / nanoseconds }
  }

  /// The time of one worker in a run.
  struct Worker: Sendable {
    /// The time that the worker spends in tasks.
    let busy: Double

    /// The rest of the run.
    let waiting: Double

    /// The fraction of the run that the worker spends in tasks.
    var share: Double { busy / (busy + waiting) }
  }

  let traced: TracedSession

  /// The tuning profile that was used; nil for none.
  let tuning: TuningProfile?

  /// One element per layer of the session.
  let layers: [Cost]

  /// One element per step of the session.
  let steps: [Cost]

  let workers: [Worker]

  /// The wall-clock times of the traced runs, and of the untraced runs between them.
  let wall: Summary
  let untracedWall: Summary

  let roofline: Roofline

  /// A few consecutive runs.
  let timeline: [RunTrace]

  /// The breakdown of `samples`, which hold at least one run.
  init(
    _ traced: TracedSession, _ tuning: TuningProfile?, _ samples: LayerSamples,
    roofline: Roofline, timeline: [RunTrace]
  ) {
    self.traced = traced
    self.tuning = tuning
    self.roofline = roofline
    self.timeline = timeline
    let times = samples.steps.map(Summary.median)
    let total = times.reduce(0, +)
    let layers = zip(traced.layers, samples.layers).map { layer, samples in
      let time = Summary.median(samples)
      return Cost(
        nanoseconds: time, share: time / total, multiplyAdds: layer.multiplyAdds,
        bytes: layer.bytes, leastNanoseconds: roofline.leastTime(of: layer))
    }
    self.layers = layers
    steps = zip(traced.steps, times).map { step, time in
      let layers = layers[step.layers]
      return Cost(
        nanoseconds: time, share: time / total,
        multiplyAdds: layers.reduce(0) { $0 + $1.multiplyAdds },
        bytes: layers.reduce(0) { $0 + $1.bytes },
        leastNanoseconds: layers.reduce(0) { $0 + $1.leastNanoseconds })
    }
    workers = samples.workers.map { busy in
      Worker(
        busy: Summary.median(busy),
        waiting: Summary.median(zip(samples.traced, busy).map { $0 - $1 }))
    }
    wall = Summary(samples.traced)
    untracedWall = Summary(samples.untraced)
  }

  /// The time of all layers, without the time that steps spend between their layers.
  var layerNanoseconds: Double { layers.reduce(0) { $0 + $1.nanoseconds } }

  /// The time of all steps.
  var stepNanoseconds: Double { steps.reduce(0) { $0 + $1.nanoseconds } }

  /// The cost of tracing as a fraction of an untraced run; below zero where noise is larger than
  /// the cost.
  var tracingFraction: Double { wall.median / untracedWall.median - 1 }
}
