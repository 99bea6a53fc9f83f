import FastViTOperations

/// Emits depthwise convolutions: one file per register tile, with both its epilogues.
struct DepthwiseFamily: Family {
  let rows: [DepthwiseRow]

  static let epilogues: [Epilogue] = [.bias, .gelu]

  var descriptor: String? { "DepthwiseKernel" }

  func files(for target: Target) throws -> [KernelFile] {
    try tiles(target).map { tile in
      KernelFile(path: target.path(tile.name), text: tile.text(banner: banner))
    }
  }

  func entries(for target: Target) throws -> [CatalogueEntry] {
    try tiles(target).flatMap { tile in
      Self.epilogues.map { epilogue in
        CatalogueEntry(
          name: tile.function(epilogue), tile: tile.shape, epilogue: epilogue,
          registers: tile.registers, loadsPerMultiplyAdd: tile.loadsPerMultiplyAdd,
          arguments: [
            "kernel: \(tile.row.kernel)", "stride: \(tile.row.stride)",
            "multiplier: \(tile.row.multiplier)", "tileWidth: \(tile.row.width)",
            "tileHeight: \(tile.row.height)", "tileVectors: \(tile.row.vectors)",
          ], hotLoop: epilogue == .bias ? tile.hotLoop : nil)
      }
    }
  }

  private func tiles(_ target: Target) throws -> [DepthwiseTile] {
    try rows.filter { $0.target.instructionSet == target.instructionSet }.map(DepthwiseTile.init)
  }
}

/// A row of the depthwise plan that fits its register file.
///
/// The tile moves along the input row. Each input vector is loaded once per tile and multiplied into
/// every sum that it takes part in, of all output rows of the tile.
struct DepthwiseTile {
  let row: DepthwiseRow
  let geometry: ConvolutionGeometry

  /// The loop over input rows that all output rows of the tile see; nil where there is none. GELU has a
  /// pass of its own.
  ///
  /// Products at the edges depend on whether the columns there exist. The compiler loads weights early and
  /// keeps some of them on the stack. That is allowed, because loads are not what limits these loops: one
  /// access per product, and where registers are few one more per weight, which is stored on the stack
  /// once per row. Loops for one case of edges have no branches, and no spills where all weights fit the
  /// registers.
  var hotLoop: HotLoop? {
    guard !isSinglePixel, row.height == 1 || row.stride == 1 else { return nil }
    let products = row.height * row.multiplier
    // Each padding column is seen by the pixel next to it and every stride further in.
    let edge = (0..<geometry.padding).reduce(0) { $0 + $1 / row.stride + 1 }
    return HotLoop(
      multiplyAdds: row.width * row.kernel * products, conditional: 2 * edge * products,
      stackAccesses: stackAccesses)
  }

  private var stackAccesses: Double {
    if row.loops > 1 && sums + 1 + weights <= row.target.registers { return 0 }
    return row.target.registers < 32 ? 1 + 1 / Double(row.width) : 1
  }

  init(_ row: DepthwiseRow) throws(KernelPlanError) {
    self.row = row
    let name = Self.name(row)
    guard row.kernel > 0, row.kernel % 2 == 1, 1...2 ~= row.stride, 1...2 ~= row.multiplier else {
      throw .impossibleTile(
        kernel: name, reason: "the kernel size must be odd, stride and multiplier 1 or 2")
    }
    self.geometry = ConvolutionGeometry(kernel: row.kernel, stride: row.stride)
    guard row.width > 0, row.height > 0, row.vectors > 0 else {
      throw .impossibleTile(kernel: name, reason: "every extent must be positive")
    }
    let edgeCases = isSinglePixel ? [] : row.stride == 1 ? [4] : [4, 6]
    guard row.loops == 1 || edgeCases.contains(row.loops) else {
      throw .impossibleTile(
        kernel: name, reason: "it has one loop, or one for each case of edges: \(edgeCases)")
    }
    guard row.vectors == 1 || !isSinglePixel else {
      throw .impossibleTile(kernel: name, reason: "single pixels go vector by vector")
    }
    guard isSinglePixel || row.width >= reach else {
      throw .impossibleTile(
        kernel: name, reason: "an output \(reach) pixels from one edge must not see the other")
    }
    guard needed <= row.target.registers else {
      throw .tooManyRegisters(
        kernel: name, needed: needed, available: row.target.registers,
        reason: "\(sums) sums, \(row.target.loadsOperands ? 1 : weights) weights, 1 input")
    }
  }

  var shape: String { Self.shape(row) }
  var name: String { Self.name(row) }

  private static func shape(_ row: DepthwiseRow) -> String {
    "\(row.width)x\(row.height)x\(row.vectors)v"
  }

  private static func name(_ row: DepthwiseRow) -> String {
    let multiplier = row.multiplier == 1 ? "" : "m\(row.multiplier)"
    return "depthwise\(row.kernel)x\(row.kernel)s\(row.stride)\(multiplier)_f32_"
      + shape(row) + row.ending
  }

  func function(_ epilogue: Epilogue) -> String {
    "\(name.dropLast(row.ending.count))_\(epilogue.rawValue)\(row.ending)"
  }

  /// Whether the kernel is the general path alone, which tests the borders at every pixel.
  var isSinglePixel: Bool { row.width == 1 && row.height == 1 }

  /// Output pixels at either end of a row whose window may reach beyond the feature map.
  var reach: Int { (geometry.padding + row.stride - 1) / row.stride }

  /// The input rows that the tile reads, each with the output rows whose windows include it.
  var inputRows: [InputRows] { inputRows(height: row.height) }

  /// The input rows that the tile's first `height` output rows read.
  func inputRows(height: Int) -> [InputRows] {
    let count = row.kernel + row.stride * (height - 1)
    var groups: [InputRows] = []
    for index in 0..<count {
      let seenBy = (0..<height).filter { 0..<row.kernel ~= index - row.stride * $0 }
      if let last = groups.last, last.seenBy == seenBy {
        groups[groups.count - 1].indices = last.indices.lowerBound..<index + 1
      } else {
        groups.append(InputRows(indices: index..<index + 1, seenBy: seenBy))
      }
    }
    return groups
  }

  /// Successive input rows of a tile that the same output rows see.
  struct InputRows {
    /// Counted from the first input row of the tile.
    var indices: Range<Int>
    let seenBy: [Int]
  }

  /// Input columns that the tile reads.
  var columns: Int { row.kernel + row.stride * (row.width - 1) }

  private var sums: Int { row.width * row.height * row.multiplier }

  /// Vectors of weights for one input row: of every output row that sees it. In the general path, those of
  /// one tap.
  private var weights: Int {
    if isSinglePixel { return row.multiplier }
    return row.kernel * row.multiplier * (inputRows.map(\.seenBy.count).max() ?? 1)
  }

  /// The fewest registers with which nothing spills. Weights need no register each where a multiply-add
  /// can take an operand from memory.
  private var needed: Int { sums + 1 + (row.target.loadsOperands ? 1 : weights) }

  var registers: Int { min(row.target.registers, sums + 1 + weights) }

  /// Counted for an input row that as many output rows as possible see.
  var loadsPerMultiplyAdd: Double {
    if isSinglePixel { return Double(1 + weights) / Double(weights) }
    let rows = Double(weights / row.kernel)
    return (Double(columns) + Double(weights)) / (rows * Double(row.width * row.kernel))
  }
}

extension DepthwiseRow {
  fileprivate var ending: String { variant.isEmpty ? "" : "_" + variant }
}
