import KernelContract

/// A register tile of the pointwise family, and the epilogues it is emitted with.
struct PointwiseRow: Sendable {
  let target: Target
  /// Pixels.
  let rows: Int
  /// Vectors of output channels.
  let vectors: Int
  /// Input channels whose products are added sum by sum, so that their weights share the registers.
  let unroll: Int
  /// Such steps a turn of the innermost loop, one after the other: they cost no registers, and share
  /// the turn's counting and its fetch of the next panel.
  var steps = 1
  let epilogues: [Epilogue]
  /// What ends the names of tiles that are compared with others of the same extents; empty in the
  /// committed plan.
  var variant = ""

  /// Input channels a turn of the innermost loop.
  var turn: Int { unroll * steps }
}

extension PointwiseFamily {
  /// The tiles that are generated. What each is for is the dispatch rule's to say (`PointwiseRule` in
  /// `KernelCatalog`); for every instruction set and epilogue, some tile divides any padded width.
  static let committedRows: [PointwiseRow] = [
    row(.avx512, 8, 3, unroll: 2, all),
    row(.avx512, 8, 2, unroll: 2, all),
    row(.avx512, 7, 3, unroll: 2, blocks),
    row(.avx512, 6, 3, unroll: 2, blocks),
    row(.avx512, 5, 4, unroll: 2, blocks),
    row(.avx512, 16, 1, unroll: 2, all),
    row(.avx512, 1, 4, unroll: 2, heads),

    row(.avx2, 4, 3, unroll: 1, steps: 4, all),
    row(.avx2, 6, 2, unroll: 1, steps: 4, all),
    row(.avx2, 1, 4, unroll: 2, heads),

    row(.neon, 8, 3, unroll: 1, blocks),
    row(.neon, 8, 2, unroll: 2, all),
    row(.neon, 1, 4, unroll: 2, heads),

    row(.portable, 4, 2, unroll: 1, all),
  ]

  private static let all = Epilogue.allCases
  /// What follows the products inside the network's blocks.
  private static let blocks: [Epilogue] = [.bias, .gelu, .residual]
  /// What follows products on a single row: squeeze and excite, and the classifier.
  private static let heads: [Epilogue] = [.bias, .relu, .sigmoid]

  private static func row(
    _ target: Target, _ rows: Int, _ vectors: Int, unroll: Int, steps: Int = 1,
    _ epilogues: [Epilogue]
  ) -> PointwiseRow {
    PointwiseRow(
      target: target, rows: rows, vectors: vectors, unroll: unroll, steps: steps,
      epilogues: epilogues)
  }
}
