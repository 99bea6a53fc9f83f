import KernelCatalog
import KernelContract

/// A chain of operations that work row by row: a worker carries a band of rows through all of them, so
/// that what one writes is still in its cache when the next reads it.
///
/// A tile is some rows of the last operation's output. Rows that the convolutions of two tiles both see
/// are computed by both.
struct BandStep: Step {
  /// One operation of a chain.
  struct Layer: Sendable {
    let shaped: ShapedOperation
    let geometry: ConvolutionGeometry
    /// Where its output's rows lie; nil for the last one, whose output is a value of the arena.
    let window: Window?
    /// The layer of the chain whose output is its residual; nil where that is a value of the arena.
    let residualLayer: Int?

    var operation: PlannedOperation { shaped.operation }
    var rowElements: Int { shaped.output.width * shaped.outputPitch }
  }

  /// Scratch memory for the rows of a map that are needed at the same time, or for more.
  struct Window: Sendable {
    let offset: Int
    let rows: Int
  }

  let operations: Range<Int>
  let layers: [Layer]
  let tiles: [Range<Int>]
  /// Output rows carried at a time.
  let bandRows: Int
  let scratchElements: Int

  /// Operations of the longest chain.
  static let longestChain = 4

  var tileCount: Int { tiles.count }

  var innerOperations: Range<Int> { operations.dropLast().indices }

  /// - Parameters:
  ///   - shaped: the operations `operations`, each reading the one before.
  ///   - tiles: rows of the last one's output.
  init(_ shaped: [ShapedOperation], operations: Range<Int>, tiles: [Range<Int>], bandRows: Int) {
    precondition(shaped.count == operations.count && shaped.count <= Self.longestChain)
    self.operations = operations
    self.tiles = tiles
    // No tile has more.
    self.bandRows = tiles.reduce(0) { max($0, min($1.count, bandRows)) }

    let outputs = shaped.map(\.operation.output)
    var layers: [Layer] = []
    var offset = 0
    // From the last to the first: what a layer needs at a time follows from the one behind it.
    var needed = self.bandRows + Self.smallestBand - 1
    for (index, layer) in shaped.enumerated().reversed() {
      guard let geometry = layer.operation.work.geometry else {
        preconditionFailure("\(layer.operation.name) does not work row by row")
      }
      var window: Window?
      if index + 1 < shaped.count {
        let next = layers[0].geometry
        needed = (needed - 1) * next.stride + next.kernel
        let rows = min(layer.output.height, Self.movesMany(next) ? 2 * needed : needed)
        window = Window(offset: offset, rows: rows)
        offset += ArenaLayout.aligned(rows * layer.output.width * layer.outputPitch)
      }
      layers.insert(
        Layer(
          shaped: layer, geometry: geometry, window: window,
          residualLayer: layer.operation.second.flatMap { outputs.firstIndex(of: $0) }),
        at: 0)
    }
    self.layers = layers
    scratchElements = offset
  }

  /// Fewer rows are no band of their own: kernels have tiles of two rows.
  static let smallestBand = 2

  /// Whether a band leaves many rows to the next one, which are moved when their window is full: it is
  /// then twice as large as needed, so that this is rare. Memory that is not used again at once only
  /// takes the place of other things in the cache.
  private static func movesMany(_ next: ConvolutionGeometry) -> Bool {
    next.kernel - next.stride > 1
  }

  func run(_ tile: Int, _ memory: RunMemory, worker: Int) {
    var walk = BandWalk(self, memory, worker: worker)
    walk.run(tiles[tile])
  }
}
