import FastViT
import Measurement

/// Where the time of a network goes. Times are nanoseconds, medians over many traced runs; those of
/// layers and steps are core time, summed over tiles and workers.
struct Profile: Sendable {
  /// The time of a layer, or of a step, and what came of it.
  struct Cost: Sendable {
    let nanoseconds: Double

    /// Of the time of all steps.
    let share: Double

    let multiplyAdds: Int

    /// Read and written once.
    let bytes: Int

    /// What it would take at the roof.
    let leastNanoseconds: Double

    /// 10⁹ floating-point operations a second of one core; nil where there is no multiply-add.
    var gigaflops: Double? {
      multiplyAdds > 0 ? 2 * Double(multiplyAdds) / nanoseconds : nil
    }

    /// Floating-point operations for each byte.
    var intensity: Double { 2 * Double(multiplyAdds) / Double(bytes) }

    /// Of the roof: the speed reached as a part of what the core could reach.
    var roofFraction: Double { leastNanoseconds / nanoseconds }
  }

  /// What one worker did in a run.
  struct Worker: Sendable {
    /// In tiles.
    let busy: Double

    /// The rest of the run.
    let waiting: Double

    /// Of the run that it was in tiles.
    var share: Double { busy / (busy + waiting) }
  }

  let traced: TracedSession

  /// The tuning profile that was used; nil for none.
  let tuning: TuningProfile?

  /// A layer of the session each.
  let layers: [Cost]

  /// A step of the session each.
  let steps: [Cost]

  let workers: [Worker]

  /// On the wall, of the traced runs and of the untraced runs between them.
  let wall: Summary
  let untracedWall: Summary

  let roofline: Roofline

  /// Some consecutive runs.
  let timeline: [RunTrace]

  /// - Parameter samples: of at least one run.
  init(
    _ traced: TracedSession, _ tuning: TuningProfile?, _ samples: ProfileSamples,
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

  /// The time of all layers, without what a step does between them.
  var layerNanoseconds: Double { layers.reduce(0) { $0 + $1.nanoseconds } }

  /// The time of all steps.
  var stepNanoseconds: Double { steps.reduce(0) { $0 + $1.nanoseconds } }

  /// What noting cost, as a part of an untraced run; may be below zero where it is less than the noise.
  var tracingFraction: Double { wall.median / untracedWall.median - 1 }
}
