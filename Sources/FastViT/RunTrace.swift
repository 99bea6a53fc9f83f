import Execution

/// What the workers of a session did in one run, and when.
///
/// Times are nanoseconds of the system's monotonic clock.
package struct RunTrace: Sendable {
  /// One call of a layer's kernels, on some rows or channels of a tile.
  package struct Part: Sendable {
    /// By place among the layers of the session.
    package let layer: Int
    package let start: UInt64
    package let end: UInt64

    /// How long it took.
    package var nanoseconds: Double { Double(end - start) }
  }

  /// One tile of a step.
  package struct Tile: Sendable {
    package let worker: Int
    /// By place among the steps of the session.
    package let step: Int
    /// By place among the step's tiles.
    package let index: Int
    package let start: UInt64
    package let end: UInt64
    /// In order, one after the other, within the time of the tile.
    package let parts: [Part]

    /// How long it took.
    package var nanoseconds: Double { Double(end - start) }
  }

  /// When the call of the run began.
  package let start: UInt64

  /// When it returned.
  package let end: UInt64

  /// Worker by worker, each worker's in order.
  package let tiles: [Tile]

  /// How long the whole run took.
  package var nanoseconds: Double { Double(end - start) }

  /// The run from `start` to `end` with the executor's events, worker by worker, in which a tile follows
  /// the operations inside it.
  init(_ events: [Trace.Event], start: UInt64, end: UInt64) {
    self.start = start
    self.end = end
    var parts: [Part] = []
    var tiles: [Tile] = []
    for event in events {
      switch event.subject {
      case .operation(let layer):
        parts.append(Part(layer: layer, start: event.start, end: event.end))
      case .tile(let index, let step):
        tiles.append(
          Tile(
            worker: event.worker, step: step, index: index, start: event.start, end: event.end,
            parts: parts))
        parts = []
      }
    }
    self.tiles = tiles
  }
}
