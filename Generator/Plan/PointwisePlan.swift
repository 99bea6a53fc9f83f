import KernelContract

/// A register tile of the pointwise family, and the epilogues it is emitted with.
struct PointwiseRow: Sendable {
  let target: Target
  /// Pixels.
  let rows: Int
  /// Vectors of output channels.
  let vectors: Int
  /// Input channels a turn of the innermost loop.
  let unroll: Int
  let epilogues: [Epilogue]
}

extension PointwiseFamily {
  /// The tiles that are generated. What each is for is the dispatch rule's to say.
  static let committedRows: [PointwiseRow] = [
    row(.avx512, 8, 3, unroll: 2, [.bias, .residual, .relu])
  ]

  private static func row(
    _ target: Target, _ rows: Int, _ vectors: Int, unroll: Int, _ epilogues: [Epilogue]
  ) -> PointwiseRow {
    PointwiseRow(
      target: target, rows: rows, vectors: vectors, unroll: unroll, epilogues: epilogues)
  }
}
