import FastViTOperations

/// A register tile of the depthwise family, for one kernel size, stride and multiplier.
struct DepthwiseRow: Sendable {
  let target: Target
  /// Taps along one side of the window; odd.
  let kernel: Int
  let stride: Int
  /// Output channels per input channel: 1 or 2.
  let multiplier: Int
  /// Output pixels along a row.
  let width: Int
  /// Output rows.
  let height: Int
  /// Vectors of input channels that are computed one after another before the tile moves along the row. Two
  /// vectors of 8 values make a cache line, which is then loaded once. As many as a pixel has in most feature
  /// maps read memory in its order. Their weights must all stay in the first-level cache.
  var vectors = 1
  /// Loops over a tile's rows. One loop has branches for the edges among its products. Four or six loops,
  /// one per case of edges, have no such branches and stay in registers where the one loop spills. The
  /// six cases, of stride 2, also tell even widths apart, which have one more column at the right edge;
  /// with few registers, six loops are slower than four.
  var loops = 1
  /// The variant in the kernel's name, for tiles that a sweep compares with others of the same extents;
  /// empty in the committed plan.
  var variant = ""
}

extension DepthwiseFamily {
  /// The tiles that are generated. `DepthwiseRule` says which problems each is for.
  ///
  /// Eight sums keep the multiply-add units busy only if no other latency adds to theirs. Sixteen sums,
  /// which need 32 registers, do not depend on that. The tiles of width 7, 6 and 4 are for the narrow
  /// feature maps of the late stages: with them, 7×7 windows lack tiles only for 1, 2, 3 and 5 columns.
  static let committedRows: [DepthwiseRow] =
    rows(.avx512, kernel: 7, stride: 1, loops: 4, tiles: [(8, 2), (7, 2), (6, 2), (4, 2)])
    + rows(.avx512, kernel: 7, stride: 2, multiplier: 2, loops: 6, tiles: [(8, 1), (7, 1), (4, 1)])
    + rows(.avx512, kernel: 3, stride: 1, vectors: 16, loops: 4, tiles: [(8, 2)])
    + rows(.avx512, kernel: 3, stride: 1, loops: 4, tiles: [(7, 2), (4, 2)])
    + rows(.avx512, kernel: 3, stride: 1, multiplier: 2, tiles: [(8, 1), (7, 1), (4, 1)])
    + rows(.avx512, kernel: 3, stride: 2, vectors: 16, tiles: [(8, 1)])
    + rows(.avx512, kernel: 3, stride: 2, tiles: [(4, 1)])

    + rows(.avx2, kernel: 7, stride: 1, vectors: 2, loops: 4, tiles: [(8, 1)])
    + rows(.avx2, kernel: 7, stride: 1, loops: 4, tiles: [(7, 1), (4, 2)])
    + rows(.avx2, kernel: 7, stride: 1, tiles: [(6, 2)])
    + rows(.avx2, kernel: 7, stride: 2, multiplier: 2, vectors: 2, loops: 4, tiles: [(4, 1)])
    + rows(.avx2, kernel: 3, stride: 1, vectors: 32, loops: 4, tiles: [(8, 1), (4, 2)])
    + rows(.avx2, kernel: 3, stride: 1, multiplier: 2, loops: 4, tiles: [(4, 1)])
    + rows(.avx2, kernel: 3, stride: 2, vectors: 32, tiles: [(8, 1)])
    + rows(.avx2, kernel: 3, stride: 2, vectors: 32, loops: 4, tiles: [(4, 2)])

    + rows(.neon, kernel: 7, stride: 1, loops: 4, tiles: [(8, 2), (7, 2), (6, 2), (4, 2)])
    + rows(.neon, kernel: 7, stride: 2, multiplier: 2, tiles: [(8, 1), (4, 1)])
    + rows(.neon, kernel: 3, stride: 1, loops: 4, tiles: [(8, 2), (4, 2)])
    + rows(.neon, kernel: 3, stride: 1, multiplier: 2, tiles: [(8, 1), (4, 1)])
    + rows(.neon, kernel: 3, stride: 2, tiles: [(8, 1), (4, 1)])

    + rows(.portable, kernel: 7, stride: 1, tiles: [(1, 1)])
    + rows(.portable, kernel: 7, stride: 2, multiplier: 2, tiles: [(1, 1)])
    + rows(.portable, kernel: 3, stride: 1, tiles: [(1, 1)])
    + rows(.portable, kernel: 3, stride: 1, multiplier: 2, tiles: [(1, 1)])
    + rows(.portable, kernel: 3, stride: 2, tiles: [(1, 1)])

  private static func rows(
    _ target: Target, kernel: Int, stride: Int, multiplier: Int = 1, vectors: Int = 1,
    loops: Int = 1, tiles: [(width: Int, height: Int)]
  ) -> [DepthwiseRow] {
    tiles.map {
      DepthwiseRow(
        target: target, kernel: kernel, stride: stride, multiplier: multiplier,
        width: $0.width, height: $0.height, vectors: vectors, loops: loops)
    }
  }
}
