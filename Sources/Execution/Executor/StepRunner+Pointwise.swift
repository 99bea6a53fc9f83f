import KernelCatalog
import KernelContract

extension StepRunner {
  /// Rows of one call: enough that it costs nothing beside its products, few enough that they stay in
  /// the cache while the weights pass.
  private static let blockRows = 64

  /// Some panels of one of a layer's runs.
  private struct Columns {
    let run: Int
    let panels: Range<Int>
  }

  /// Many rows are cut into blocks; with few rows, as in the late stages, the workers share the output
  /// channels, so that each reads its part of the weights once.
  func runPointwise(_ packed: PackedPointwise) {
    let rows = outputShape.pixels
    let step = packed.runs.map(\.kernel.rows).max() ?? 1
    let size = max(step, Self.blockRows / step * step)
    let blocks = stride(from: 0, to: rows, by: size).map { $0..<min(rows, $0 + size) }
    let shares = Self.split(
      packed.runs, into: (wantedTiles + blocks.count - 1) / blocks.count)
    team.forEachTile(count: blocks.count * shares.count) { tile in
      let block = blocks[tile / shares.count]
      let source = block.lowerBound * inputPitch
      let target = block.lowerBound * outputPitch
      for columns in shares[tile % shares.count] {
        packed.run(
          columns.run, panels: columns.panels, rows: block.count,
          input: memory.value(operation.input) + source, inputPitch: inputPitch,
          residual: operation.second.map { UnsafePointer(memory.value($0) + target) },
          residualPitch: outputPitch,
          output: memory.value(operation.output) + target, outputPitch: outputPitch)
      }
    }
  }

  /// Cuts the panels of all runs into at most `parts` shares of about equal number.
  private static func split(_ runs: [PointwiseRun], into parts: Int) -> [[Columns]] {
    let total = runs.reduce(0) { $0 + $1.panels }
    let count = max(1, min(parts, total))
    return (0..<count).map { part in
      let share = total * part / count..<total * (part + 1) / count
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
