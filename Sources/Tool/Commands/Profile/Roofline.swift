import FastViT

/// The largest speed of one core, limited by its multiply-add units and by the level of memory that
/// holds a layer's values.
///
/// The peak is the speed of a loop of multiply-adds of the session's instruction set. The bandwidth
/// of a cache is the speed of the system's copy between two buffers per worker that together fill
/// half of the worker's share of the cache. The bandwidth of memory is measured with buffers that
/// together are twice as large as the last cache. Bytes read and bytes written both count. All
/// speeds are measured on all workers at the same time, in alternation with the network, per core
/// time.
///
/// The level of a layer is the first one that can hold its inputs, outputs and weights together, in
/// the caches of all workers. A layer that is fused with others may find its values in a nearer
/// cache and be a little faster than its roof.
struct Roofline: Sendable {
  /// A level of cache, or the memory.
  struct Level: Sendable, Equatable {
    /// A name such as `L2`, or `memory`.
    let name: String

    /// The bytes of all caches of this level that the workers use; `Int.max` for memory.
    let capacity: Int

    /// The bytes that one worker touches when the bandwidth is measured.
    let bytesOfWorker: Int
  }

  /// The 10⁹ floating-point operations per second of one core.
  let peak: Double

  /// The levels that some layer needs, nearest first, with the 10⁹ bytes per second of one core.
  let bandwidths: [(level: Level, gigabytes: Double)]

  /// The shortest time of a layer on one core, in nanoseconds: its multiply-adds at the peak or its
  /// bytes at the bandwidth of its level, whichever takes longer. The roof of the layer is its
  /// operations divided by that time.
  func leastTime(of layer: TracedLayer) -> Double {
    max(
      2 * Double(layer.multiplyAdds) / peak,
      Double(layer.bytes) / bandwidth(of: layer).gigabytes)
  }

  /// The level of a layer, and the bandwidth of the level.
  func bandwidth(of layer: TracedLayer) -> (level: Level, gigabytes: Double) {
    guard let found = bandwidths.first(where: { layer.bytes <= $0.level.capacity }) else {
      preconditionFailure("memory holds every layer")
    }
    return found
  }
}

extension Roofline.Level {
  /// The levels that the layers of `layers` have on `workers` workers, nearest first.
  static func needed(
    by layers: [TracedLayer], workers: Int, caches: [MachineReport.Cache]
  ) -> [Roofline.Level] {
    let all = all(workers: workers, caches: caches)
    let needed = layers.compactMap { layer in
      all.firstIndex { layer.bytes <= $0.capacity }
    }
    return Set(needed).sorted().map { all[$0] }
  }

  /// All levels, nearest first; memory alone where the system reports no caches.
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
