import FastViTOperations

/// A register tile of the pointwise family, and the epilogues that it is emitted with.
struct PointwiseRow: Sendable {
  let target: Target
  /// Pixels: the rows of the matrix product.
  let rows: Int
  /// Vectors of output channels.
  let vectors: Int
  /// Input channels of a group: their weights are in registers at the same time, and each sum takes all
  /// products of the group before the next sum does.
  let unroll: Int
  /// Such groups per turn of the innermost loop, one after another. More groups need no more registers, and
  /// share the turn's counter and its fetch of the next panel.
  var groups = 1
  let epilogues: [Epilogue]
  /// The variant in the kernel's name, for tiles that a sweep compares with others of the same extents;
  /// empty in the committed plan.
  var variant = ""

  /// Input channels per turn of the innermost loop.
  var turn: Int { unroll * groups }
}

extension PointwiseFamily {
  /// The tiles that are generated. `PointwiseRule` says which problems each is for. For every instruction
  /// set and epilogue, some tile divides any padded width.
  static let committedRows: [PointwiseRow] = [
    row(.avx512, 8, 3, unroll: 2, all),
    row(.avx512, 8, 2, unroll: 2, all),
    row(.avx512, 7, 3, unroll: 2, blocks),
    row(.avx512, 6, 3, unroll: 2, blocks),
    row(.avx512, 5, 4, unroll: 2, blocks),
    row(.avx512, 16, 1, unroll: 2, all),
    row(.avx512, 1, 4, unroll: 2, heads),

    row(.avx2, 4, 3, unroll: 1, groups: 4, all),
    row(.avx2, 6, 2, unroll: 1, groups: 4, all),
    row(.avx2, 1, 4, unroll: 2, heads),

    row(.neon, 8, 3, unroll: 1, blocks),
    row(.neon, 8, 2, unroll: 2, all),
    row(.neon, 1, 4, unroll: 2, heads),

    row(.portable, 4, 2, unroll: 1, all),
  ]

  private static let all = Epilogue.allCases
  /// What follows the products inside a stage's blocks.
  private static let blocks: [Epilogue] = [.bias, .gelu, .residual]
  /// What follows products on a single row: squeeze and excite, and the classifier.
  private static let heads: [Epilogue] = [.bias, .relu, .sigmoid]

  private static func row(
    _ target: Target, _ rows: Int, _ vectors: Int, unroll: Int, groups: Int = 1,
    _ epilogues: [Epilogue]
  ) -> PointwiseRow {
    PointwiseRow(
      target: target, rows: rows, vectors: vectors, unroll: unroll, groups: groups,
      epilogues: epilogues)
  }
}
