import FastViTOperations

/// A register tile of the stem.
struct StemRow: Sendable {
  let target: Target
  /// Output pixels along a row.
  let width: Int
  /// Vectors of output channels.
  let vectors: Int
}

extension StemFamily {
  /// The tiles that are generated. The networks' stems make 48, 64 and 76 channels: 3, 4 and (padded)
  /// 5 vectors of 16. For every instruction set some tile divides any padded width.
  static let committedRows: [StemRow] = [
    StemRow(target: .avx512, width: 8, vectors: 3),
    StemRow(target: .avx512, width: 6, vectors: 4),
    StemRow(target: .avx512, width: 4, vectors: 5),
    StemRow(target: .avx512, width: 12, vectors: 1),

    StemRow(target: .avx2, width: 4, vectors: 3),
    StemRow(target: .avx2, width: 6, vectors: 2),

    StemRow(target: .neon, width: 8, vectors: 3),
    StemRow(target: .neon, width: 6, vectors: 4),

    StemRow(target: .portable, width: 2, vectors: 2),
  ]
}
