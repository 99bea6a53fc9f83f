import FastViTOperations

/// A register tile of the attention family.
struct AttentionRow: Sendable {
  let target: Target
  /// Dimensions per head.
  let headDimension: Int
  /// Keys of the first product's tile, and dimensions of the second product's.
  let keys: Int
  /// Vectors of queries.
  let vectors: Int
}

extension AttentionFamily {
  /// The tiles that are generated: with enough sums to cover the latency of a multiply-add on two ports, and
  /// with less than one load per multiply-add.
  static let committedRows: [AttentionRow] = [
    AttentionRow(target: .avx512, headDimension: 32, keys: 8, vectors: 2),
    AttentionRow(target: .avx512, headDimension: 32, keys: 16, vectors: 1),
    AttentionRow(target: .avx2, headDimension: 32, keys: 4, vectors: 2),
    AttentionRow(target: .neon, headDimension: 32, keys: 8, vectors: 2),
    AttentionRow(target: .portable, headDimension: 32, keys: 4, vectors: 1),
  ]
}
