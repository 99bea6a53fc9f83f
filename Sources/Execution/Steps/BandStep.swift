import FastViTOperations

/// A chain of operations that work row by row: a worker carries a band of rows through all of them, so that
/// what one operation writes is still in the worker's cache when the next reads it.
///
/// A task is some rows of the last operation's output. Rows in the windows of two tasks are computed by both.
struct BandStep: Step {
  /// One operation of a chain.
  struct Layer: Sendable {
    let shaped: ShapedOperation
    let packed: any RowwiseOperation
    let geometry: ConvolutionGeometry
    let rowBytes: Int
    /// Where the rows of the output lie; nil for the last layer, whose output lies in the arena.
    let window: Window?
    /// The layer of the chain that makes this layer's residual; nil where the residual lies in the arena, or
    /// there is none.
    let residualLayer: Int?

    var operation: PlannedOperation { shaped.operation }
  }

  /// Scratch memory for the rows of a feature map that are needed at the same time, or for more.
  struct Window: Sendable {
    /// Bytes from the start of the scratch memory.
    let offset: Int
    let rows: Int
  }

  let operations: Range<Int>
  let layers: [Layer]
  let tasks: [Range<Int>]
  /// Output rows carried at a time.
  let bandRows: Int
  let scratchBytes: Int

  /// Operations of the longest chain.
  static let longestChain = 4

  var taskCount: Int { tasks.count }

  var innerOperations: Range<Int> { operations.dropLast().indices }

  /// - Parameters:
  ///   - shaped: the operations `operations`, each reading the one before.
  ///   - tasks: the rows of the last operation's output that each task computes.
  ///   - bandRows: rows of that output that are carried at a time.
  init(_ shaped: [ShapedOperation], operations: Range<Int>, tasks: [Range<Int>], bandRows: Int) {
    precondition(shaped.count == operations.count && shaped.count <= Self.longestChain)
    self.operations = operations
    self.tasks = tasks
    // A band never has more rows than the largest task.
    self.bandRows = tasks.reduce(0) { max($0, min($1.count, bandRows)) }

    let outputs = shaped.map(\.operation.output)
    var layers: [Layer] = []
    var offset = 0
    // From the last to the first: the rows that a layer's window holds follow from the layer after it.
    var needed = self.bandRows + Self.smallestBand - 1
    for (index, layer) in shaped.enumerated().reversed() {
      guard let packed = layer.operation.packed as? any RowwiseOperation else {
        preconditionFailure("\(layer.operation.name) does not work row by row")
      }
      var window: Window?
      if index + 1 < shaped.count {
        let next = layers[0].geometry
        needed = (needed - 1) * next.stride + next.kernel
        let rows = min(layer.output.height, Self.movesMany(next) ? 2 * needed : needed)
        window = Window(offset: offset, rows: rows)
        offset += AlignedBuffer.aligned(rows * layer.outputRowBytes)
      }
      layers.insert(
        Layer(
          shaped: layer, packed: packed, geometry: packed.window, rowBytes: layer.outputRowBytes,
          window: window,
          residualLayer: layer.operation.second.flatMap { outputs.firstIndex(of: $0) }),
        at: 0)
    }
    self.layers = layers
    scratchBytes = offset
  }

  /// The fewest rows of a band: kernels have tiles of two rows.
  static let smallestBand = 2

  /// Whether a band leaves many rows to the next band. They are moved when their window is full; such a window
  /// is twice as large as needed, so that they are rarely moved. Other windows are no larger than needed:
  /// memory that is not reused at once displaces other data from the cache.
  private static func movesMany(_ next: ConvolutionGeometry) -> Bool {
    next.kernel - next.stride > 1
  }

  func run(_ task: Int, _ memory: RunMemory, worker: Int) {
    var walk = BandWalk(self, memory, worker: worker)
    walk.run(tasks[task])
  }
}
