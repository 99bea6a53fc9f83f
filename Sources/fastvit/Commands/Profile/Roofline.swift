import FastViT

/// What one core could reach: by its multiply-add units, and by the memory that a layer's values fit in.
///
/// The peak is that of a loop of nothing but multiply-adds of the session's instruction set. The
/// bandwidth of a level of memory is that of the system's own copy, each worker between two buffers of
/// its own which together fill half of its share of that level; beyond the last cache, between buffers
/// that are together twice as large as it. Bytes read and bytes written both count. Each is measured on
/// all workers at once, in turn with the network, by their core time.
///
/// A layer's level is the first that could hold its inputs, outputs and weights together, in the caches
/// of all workers. Layers fused into a step may find their values nearer, so a layer may be a little
/// faster than its roof.
struct Roofline: Sendable {
  /// A cache, or the memory behind all.
  struct Level: Sendable, Equatable {
    /// Such as `L2`, or `memory`.
    let name: String

    /// Of all caches of this level that the workers use; `Int.max` of memory.
    let capacity: Int

    /// Bytes that one worker touches when the bandwidth is measured.
    let bytesOfWorker: Int
  }

  /// 10⁹ floating-point operations a second of one core.
  let peak: Double

  /// The levels that some layer needs, nearest first, with 10⁹ bytes a second of one core.
  let bandwidths: [(level: Level, gigabytes: Double)]

  /// Nanoseconds of one core without which a layer cannot be done: those of its multiply-adds at the
  /// peak, or those of its bytes at the bandwidth of its level, whichever are more. The roof of the
  /// layer is its operations in that time.
  func leastTime(of layer: TracedSession.Layer) -> Double {
    max(
      2 * Double(layer.multiplyAdds) / peak,
      Double(layer.bytes) / bandwidth(of: layer).gigabytes)
  }

  /// The level that holds a layer, and its bandwidth.
  func bandwidth(of layer: TracedSession.Layer) -> (level: Level, gigabytes: Double) {
    guard let found = bandwidths.first(where: { layer.bytes <= $0.level.capacity }) else {
      preconditionFailure("memory holds every layer")
    }
    return found
  }
}

extension Roofline.Level {
  /// The levels that some of `layers` needs on `workers` workers, nearest first.
  static func needed(
    by layers: [TracedSession.Layer], workers: Int, caches: [MachineReport.Cache]
  ) -> [Roofline.Level] {
    let all = all(workers: workers, caches: caches)
    let needed = layers.compactMap { layer in
      all.firstIndex { layer.bytes <= $0.capacity }
    }
    return Set(needed).sorted().map { all[$0] }
  }

  /// All levels, nearest first; memory alone where the system names no caches.
  private static func all(workers: Int, caches: [MachineReport.Cache]) -> [Roofline.Level] {
    let levels = caches.map { cache in
      Roofline.Level(
        name: "L\(cache.level)",
        capacity: cache.bytes * max(1, workers / cache.sharingCores),
        bytesOfWorker: cache.bytes / 2 / min(workers, cache.sharingCores))
    }
    let last = caches.map(\.bytes).max() ?? 0
    let bytes = min(max(2 * last, 64 << 20), 1 << 30)
    let memory = Roofline.Level(
      name: "memory", capacity: .max, bytesOfWorker: max(bytes / workers, 1 << 20))
    return levels + [memory]
  }
}
