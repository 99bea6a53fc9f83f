import FastViTOperations

/// Emits matrix products: one file per register tile, with all its epilogues.
struct PointwiseFamily: Family {
  let rows: [PointwiseRow]

  var descriptor: String? { "PointwiseKernel" }

  func files(for target: Target) throws -> [KernelFile] {
    try tiles(target).map { tile in
      KernelFile(path: target.path(tile.name), text: tile.text(banner: banner))
    }
  }

  func entries(for target: Target) throws -> [CatalogueEntry] {
    try tiles(target).flatMap { tile in
      tile.row.epilogues.map { epilogue in
        CatalogueEntry(
          name: tile.function(epilogue), tile: tile.shape, epilogue: epilogue,
          registers: tile.registers, loadsPerMultiplyAdd: tile.loadsPerMultiplyAdd,
          arguments: ["rows: \(tile.row.rows)", "vectors: \(tile.row.vectors)"],
          hotLoop: HotLoop(multiplyAdds: tile.row.rows * tile.row.vectors * tile.row.turn))
      }
    }
  }

  private func tiles(_ target: Target) throws -> [PointwiseTile] {
    try rows.filter { $0.target.instructionSet == target.instructionSet }.map(PointwiseTile.init)
  }
}

/// A row of the pointwise plan that fits its register file.
struct PointwiseTile {
  let row: PointwiseRow

  init(_ row: PointwiseRow) throws(KernelPlanError) {
    self.row = row
    guard row.rows > 0, row.vectors > 0, row.unroll > 0, row.groups > 0,
      !row.epilogues.isEmpty
    else {
      throw .impossibleTile(kernel: name, reason: "every extent must be positive")
    }
    guard registers <= row.target.registers else {
      throw .tooManyRegisters(
        kernel: name, needed: registers, available: row.target.registers,
        reason: "\(row.rows) × \(row.vectors) sums, "
          + "\(row.unroll) × (\(row.vectors) weights + 1 broadcast input)")
    }
  }

  var shape: String { "\(row.rows)x\(row.vectors)v" }
  var name: String { "pointwise_f32_\(shape)\(ending)" }

  func function(_ epilogue: Epilogue) -> String {
    "pointwise_f32_\(shape)_\(epilogue.rawValue)\(ending)"
  }

  private var ending: String { row.variant.isEmpty ? "" : "_" + row.variant }

  /// The sums, and per unrolled input channel its weights and one broadcast input, because the compiler
  /// interleaves the channels.
  var registers: Int {
    row.rows * row.vectors + row.unroll * (row.vectors + 1)
  }

  /// Per input channel, the tile loads one input value per row and one vector of weights per column, for
  /// rows × columns products.
  var loadsPerMultiplyAdd: Double {
    Double(row.rows + row.vectors) / Double(row.rows * row.vectors)
  }
}
