import KernelCatalog
import KernelContract

/// A matrix product cut into blocks of rows and, where rows are few as in the late stages, into shares
/// of output channels, so that each worker reads its part of the weights once.
struct PanelStep: Step {
  /// Some panels of one of a layer's runs.
  private struct Columns: Sendable {
    let run: Int
    let panels: Range<Int>
  }

  let operations: Range<Int>
  private let shaped: ShapedOperation
  private let packed: PackedPointwise
  private let blocks: [Range<Int>]
  private let shares: [[Columns]]

  /// Rows of one call: enough that it costs nothing beside its products, few enough that they stay in
  /// the cache while the weights pass.
  private static let blockRows = 64

  init(_ shaped: ShapedOperation, _ packed: PackedPointwise, operation: Int, workers: Int) {
    operations = operation..<operation + 1
    self.shaped = shaped
    self.packed = packed
    let rows = shaped.output.pixels
    guard workers > 1 else {
      blocks = [0..<rows]
      shares = Self.split(packed.runs, into: 1)
      return
    }
    let step = packed.runs.map(\.kernel.rows).max() ?? 1
    let size = max(step, Self.blockRows / step * step)
    blocks = stride(from: 0, to: rows, by: size).map { $0..<min(rows, $0 + size) }
    shares = Self.split(packed.runs, into: (2 * workers + blocks.count - 1) / blocks.count)
  }

  var tileCount: Int { blocks.count * shares.count }

  func run(_ tile: Int, _ memory: RunMemory, worker: Int) {
    let operation = shaped.operation
    // Neighbouring tiles share their panels, so that a worker's weights are read once.
    let block = blocks[tile % blocks.count]
    let target = block.lowerBound * shaped.outputPitch
    memory.record(operations.lowerBound, worker: worker) {
      for columns in shares[tile / blocks.count] {
        packed.run(
          columns.run, panels: columns.panels, rows: block.count,
          input: memory.value(operation.input) + block.lowerBound * shaped.inputPitch,
          inputPitch: shaped.inputPitch,
          residual: operation.second.map { UnsafePointer(memory.value($0) + target) },
          residualPitch: shaped.outputPitch,
          output: memory.value(operation.output) + target, outputPitch: shaped.outputPitch)
      }
    }
  }

  /// Cuts the panels of all runs into at most `parts` shares of about equal number.
  private static func split(_ runs: [PointwiseRun], into parts: Int) -> [[Columns]] {
    let total = runs.reduce(0) { $0 + $1.panels }
    return evenRanges(total, parts: max(1, min(parts, total))).map { share in
      var start = 0
      var columns: [Columns] = []
      for (index, run) in runs.enumerated() {
        let mine = share.clamped(to: start..<start + run.panels)
        if !mine.isEmpty {
          columns.append(
            Columns(run: index, panels: mine.lowerBound - start..<mine.upperBound - start))
        }
        start += run.panels
      }
      return columns
    }
  }
}
