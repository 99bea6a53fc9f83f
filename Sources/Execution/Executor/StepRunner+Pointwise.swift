import KernelContract

extension StepRunner {
  /// Rows of one call: enough that it costs nothing beside its products, few enough that they stay in
  /// the cache while the weights pass.
  private static let blockRows = 64

  /// Some panels of each kernel, as one tile's share of the columns.
  private typealias Columns = [PlannedOperation.Panels<PointwiseKernel>]

  /// Many rows are cut into blocks; with few rows, as in the late stages, the workers share the output
  /// channels, so that each reads its part of the weights once.
  func runPointwise(_ panels: [PlannedOperation.Panels<PointwiseKernel>], depth: Int) {
    let rows = outputShape.pixels
    let step = panels.map(\.kernel.rows).max() ?? 1
    let size = max(step, Self.blockRows / step * step)
    let blocks = stride(from: 0, to: rows, by: size).map { $0..<min(rows, $0 + size) }
    let columns = Self.split(panels, into: (wantedTiles + blocks.count - 1) / blocks.count)
    let residual = operation.second.map { memory.value($0) }
    team.forEachTile(count: blocks.count * columns.count) { tile in
      let block = blocks[tile / columns.count]
      let start = block.lowerBound
      for run in columns[tile % columns.count] {
        run.kernel.function(
          block.count, run.count, depth,
          memory.value(operation.input) + start * inputPitch, inputPitch,
          weights[run.weights], weights[run.bias],
          residual.map { UnsafePointer($0 + start * outputPitch + run.firstChannel) }, outputPitch,
          memory.value(operation.output) + start * outputPitch + run.firstChannel, outputPitch)
      }
    }
  }

  /// Cuts the panels into at most `parts` groups of about equal width.
  private static func split(_ panels: Columns, into parts: Int) -> [Columns] {
    let total = panels.reduce(0) { $0 + $1.count }
    let groups = max(1, min(parts, total))
    return (0..<groups).map { group in
      var share = total * group / groups..<total * (group + 1) / groups
      var columns: Columns = []
      for run in panels {
        let mine = share.clamped(to: 0..<run.count)
        if !mine.isEmpty { columns.append(run.slice(mine)) }
        share = max(0, share.lowerBound - run.count)..<max(0, share.upperBound - run.count)
      }
      return columns
    }
  }
}
