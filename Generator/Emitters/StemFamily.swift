import FastViTOperations

/// Emits the stem: one file per register tile, with both its epilogues.
struct StemFamily: Family {
  let rows: [StemRow]

  static let epilogues: [Epilogue] = [.bias, .gelu]

  var descriptor: String? { "StemKernel" }
  var withoutTiles: any Family { StemFamily(rows: []) }

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
          arguments: ["tileWidth: \(tile.row.width)", "tileVectors: \(tile.row.vectors)"],
          // The compiler unrolls the loop to three channels per turn. Strides and some weights are then on
          // the stack, which is allowed because loads do not limit this loop.
          hotLoop: HotLoop(
            multiplyAdds: tile.row.width * tile.row.vectors, stackAccesses: 0.75))
      }
    }
  }

  private func tiles(_ target: Target) throws -> [StemTile] {
    try rows.filter { $0.target.instructionSet == target.instructionSet }.map(StemTile.init)
  }
}

/// A row of the stem plan that fits its register file.
struct StemTile {
  let row: StemRow

  init(_ row: StemRow) throws(KernelPlanError) {
    self.row = row
    guard row.width > 0, row.vectors > 0 else {
      throw .impossibleTile(kernel: name, reason: "every extent must be positive")
    }
    guard registers <= row.target.registers else {
      throw .tooManyRegisters(
        kernel: name, needed: registers, available: row.target.registers,
        reason: "\(row.width * row.vectors) sums, \(row.vectors) weights, 1 broadcast input")
    }
  }

  var shape: String { "\(row.width)x\(row.vectors)v" }
  var name: String { "stem3x3s2_f32_\(shape)" }

  func function(_ epilogue: Epilogue) -> String { "\(name)_\(epilogue.rawValue)" }

  /// The sums, the weights of a tap, and the broadcast input.
  var registers: Int { row.width * row.vectors + row.vectors + 1 }

  var loadsPerMultiplyAdd: Double {
    Double(row.width + row.vectors) / Double(row.width * row.vectors)
  }

  /// Output channels of a panel.
  var panelWidth: Int { row.vectors * row.target.lanes }
}
