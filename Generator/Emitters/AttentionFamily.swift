import FastViTOperations

/// Emits attention: one file per register tile.
struct AttentionFamily: Family {
  let rows: [AttentionRow]

  var descriptor: String? { "AttentionKernel" }
  var withoutTiles: any Family { AttentionFamily(rows: []) }

  func files(for target: Target) throws -> [KernelFile] {
    try tiles(target).map { tile in
      KernelFile(path: target.path(tile.name), text: tile.text(banner: banner))
    }
  }

  func entries(for target: Target) throws -> [CatalogueEntry] {
    try tiles(target).map { tile in
      CatalogueEntry(
        name: tile.name, tile: tile.shape, epilogue: nil, registers: tile.registers,
        loadsPerMultiplyAdd: tile.loadsPerMultiplyAdd,
        arguments: [
          "headDimension: \(tile.row.headDimension)", "tileKeys: \(tile.row.keys)",
          "tileVectors: \(tile.row.vectors)",
          "scratchBase: \(tile.row.headDimension * tile.queries)",
          "scratchPerToken: \(tile.queries)",
        ], hotLoop: HotLoop(multiplyAdds: tile.row.keys * tile.row.vectors))
    }
  }

  private func tiles(_ target: Target) throws -> [AttentionTile] {
    try rows.filter { $0.target.instructionSet == target.instructionSet }.map(AttentionTile.init)
  }
}

/// A row of the attention plan that fits its register file.
struct AttentionTile {
  let row: AttentionRow

  init(_ row: AttentionRow) throws(KernelPlanError) {
    self.row = row
    guard row.keys > 0, row.vectors > 0, row.headDimension > 0 else {
      throw .impossibleTile(kernel: name, reason: "every extent must be positive")
    }
    guard row.headDimension % row.target.lanes == 0, row.headDimension % row.keys == 0 else {
      throw .impossibleTile(
        kernel: name,
        reason: "\(row.headDimension) dimensions are not whole blocks of \(row.target.lanes) lanes "
          + "and of \(row.keys)")
    }
    guard registers <= row.target.registers else {
      throw .tooManyRegisters(
        kernel: name, needed: registers, available: row.target.registers,
        reason: "\(row.keys) × \(row.vectors) sums, \(row.vectors) of queries, 1 broadcast key")
    }
  }

  var shape: String { "\(row.keys)x\(row.vectors)v" }
  var name: String { "attention\(row.headDimension)_f32_\(shape)" }

  /// Queries whose results one pass over all keys computes.
  var queries: Int { row.vectors * row.target.lanes }

  /// The sums, the vectors of queries (or weights), and one broadcast key (or value).
  var registers: Int { row.keys * row.vectors + row.vectors + 1 }

  /// Per dimension, the tile loads one value of every key and one vector of every group of queries.
  var loadsPerMultiplyAdd: Double {
    Double(row.keys + row.vectors) / Double(row.keys * row.vectors)
  }
}
