import KernelContract

/// A register tile of the depthwise family, for one kernel size, stride and multiplier.
struct DepthwiseRow: Sendable {
  let target: Target
  /// Taps along one side of the window; odd.
  let kernel: Int
  let stride: Int
  /// Outputs for every input channel: 1 or 2.
  let multiplier: Int
  /// Output pixels along a row.
  let width: Int
  /// Output rows.
  let height: Int
  /// Vectors of input channels whose tiles follow each other, before the next ones along the row: two of
  /// a cache line's halves, so that the line comes once, or as many as pixels have in most maps, so that
  /// memory is read in its order. The weights of them all must stay in the first-level cache.
  var vectors = 1
  /// Loops over a tile's rows: one, with the edges told apart among its products; or one for each case of
  /// edges, four, and six where these include that an even width has a column more at the right edge of
  /// stride 2. Those are straight, and stay in registers where the one spills; with few registers, six
  /// are slower than four.
  var loops = 1
  /// What ends the names of tiles that are compared with others of the same extents; empty in the
  /// committed plan.
  var variant = ""
}

extension DepthwiseFamily {
  /// The tiles that are generated. What each is for is the dispatch rule's to say (`DepthwiseRule` in
  /// `KernelCatalog`).
  ///
  /// Eight sums keep the multipliers busy only if everything else hides their latency; sixteen do with
  /// 32 registers. The tiles of width 7, 6 and 4 are for the late, narrow maps: 7×7 windows have no
  /// tile for 1, 2, 3 and 5 columns only.
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
