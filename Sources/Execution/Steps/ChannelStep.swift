import KernelCatalog
import KernelContract

/// Depthwise convolutions one after the other on the whole map, cut by channels: of these each sees
/// only its own, so no worker waits for another between two convolutions, and no row is computed twice.
struct ChannelStep: Step {
  let operations: Range<Int>
  private let layers: [(shaped: ShapedOperation, packed: PackedDepthwise)]
  private let tiles: [Range<Int>]

  /// - Parameters:
  ///   - layers: each reads the one before; all have the same number of input channels.
  ///   - tilesPerWorker: if there are channels enough; nil for one of a single worker and two of each of
  ///     several.
  init(
    _ layers: [(shaped: ShapedOperation, packed: PackedDepthwise)], operations: Range<Int>,
    workers: Int, tilesPerWorker: Int? = nil
  ) {
    precondition(!layers.isEmpty && layers.count == operations.count)
    self.operations = operations
    self.layers = layers
    let vectors = layers[0].packed.inputVectors
    precondition(layers.allSatisfy { $0.packed.inputVectors == vectors })
    let wanted = tilesPerWorker ?? (workers == 1 ? 1 : 2)
    tiles = evenRanges(vectors, parts: min(vectors, wanted * workers))
  }

  var tileCount: Int { tiles.count }

  func run(_ tile: Int, _ memory: RunMemory, worker: Int) {
    for (index, (shaped, packed)) in zip(operations, layers) {
      memory.record(index, worker: worker) {
        packed.run(
          rows: 0..<shaped.output.height, inputVectors: tiles[tile], of: shaped.input,
          input: memory.value(shaped.operation.input), inputPitch: shaped.inputPitch,
          output: memory.value(shaped.operation.output), outputPitch: shaped.outputPitch)
      }
    }
  }
}
