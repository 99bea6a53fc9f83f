import KernelCatalog
import KernelContract

/// A matrix product cut into tiles by rows where these are many, else by output channels, so that each
/// worker reads its part of the weights once.
struct PanelStep: Step {
  /// Some panels of one of a layer's runs, on some rows.
  private struct Piece: Sendable {
    let run: Int
    let panels: Range<Int>
    let rows: Range<Int>
  }

  let operations: Range<Int>
  private let shaped: ShapedOperation
  private let packed: PackedPointwise
  /// Of each tile.
  private let pieces: [[Piece]]

  /// - Parameter tilesPerWorker: where there are few rows; nil for one of a single worker and two of each
  ///   of several.
  init(
    _ shaped: ShapedOperation, _ packed: PackedPointwise, operation: Int, workers: Int,
    tilesPerWorker: Int? = nil
  ) {
    operations = operation..<operation + 1
    self.shaped = shaped
    self.packed = packed
    let rows = shaped.output.pixels
    let runs = packed.runs
    let step = runs.map(\.kernel.rows).max() ?? 1
    let tiles = workers * (tilesPerWorker ?? (workers == 1 ? 1 : 2))
    if tiles == 1 || rows >= tiles * Self.blockRows {
      let blocks = evenRanges((rows + step - 1) / step, parts: max(1, rows / Self.blockRows))
      pieces = blocks.map { block in
        let rows = block.lowerBound * step..<min(rows, block.upperBound * step)
        return runs.indices.map { Piece(run: $0, panels: 0..<runs[$0].panels, rows: rows) }
      }
    } else {
      pieces = Self.pieces(of: runs, rows: rows, step: step, tiles: tiles)
    }
  }

  /// Rows of a tile, where these are divided: enough that a call costs nothing beside its products, few
  /// enough that they stay in the cache while the weights pass.
  private static let blockRows = 64

  /// Cuts the products into tiles of about equal work: whole panels, and parts of the rows of those
  /// where one tile ends and the next begins.
  private static func pieces(
    of runs: [PointwiseRun], rows: Int, step: Int, tiles: Int
  ) -> [[Piece]] {
    let rowUnits = (rows + step - 1) / step
    let work = runs.map { $0.panels * $0.kernel.vectors * rowUnits }
    return evenRanges(work.reduce(0, +), parts: tiles).map { share in
      var start = 0
      var pieces: [Piece] = []
      for (index, run) in runs.enumerated() {
        let mine = share.clamped(to: start..<start + work[index])
        let unit = run.kernel.vectors
        let units = (mine.lowerBound - start) / unit..<(mine.upperBound - start) / unit
        start += work[index]
        pieces += Self.pieces(of: units, rowUnits: rowUnits).map {
          Piece(
            run: index, panels: $0.panels,
            rows: $0.rows.lowerBound * step..<min(rows, $0.rows.upperBound * step))
        }
      }
      return pieces
    }.filter { !$0.isEmpty }
  }

  /// The units `units` of a run, counted panel by panel: the rest of a panel, whole ones, the begin of
  /// another.
  private static func pieces(
    of units: Range<Int>, rowUnits: Int
  ) -> [(panels: Range<Int>, rows: Range<Int>)] {
    var pieces: [(panels: Range<Int>, rows: Range<Int>)] = []
    var unit = units.lowerBound
    while unit < units.upperBound {
      let panel = unit / rowUnits
      let row = unit % rowUnits
      let left = units.upperBound - unit
      if row == 0, left >= rowUnits {
        let panels = left / rowUnits
        pieces.append((panel..<panel + panels, 0..<rowUnits))
        unit += panels * rowUnits
      } else {
        let count = min(left, rowUnits - row)
        pieces.append((panel..<panel + 1, row..<row + count))
        unit += count
      }
    }
    return pieces
  }

  var tileCount: Int { pieces.count }

  func run(_ tile: Int, _ memory: RunMemory, worker: Int) {
    let operation = shaped.operation
    memory.record(operations.lowerBound, worker: worker) {
      for piece in pieces[tile] {
        let target = piece.rows.lowerBound * shaped.outputPitch
        packed.run(
          piece.run, panels: piece.panels, rows: piece.rows.count,
          input: memory.value(operation.input) + piece.rows.lowerBound * shaped.inputPitch,
          inputPitch: shaped.inputPitch,
          residual: operation.second.map { UnsafePointer(memory.value($0) + target) },
          residualPitch: shaped.outputPitch,
          output: memory.value(operation.output) + target, outputPitch: shaped.outputPitch)
      }
    }
  }
}
