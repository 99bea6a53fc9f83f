/// A number of independent tiles and the function that runs one.
struct Step: Sendable {
  /// Tiles.
  let count: Int
  /// Parts that the tiles are split into, one a worker.
  let shareCount: Int
  /// Called with tile and worker.
  let body: @Sendable (Int, Int) -> Void

  /// No tiles.
  static let none = Step(count: 0, shareCount: 1) { _, _ in }

  /// The tiles of share `index`: contiguous, and the same part of the whole in every step, so that a
  /// worker meets again the rows that its cache holds.
  func tiles(of index: Int) -> Range<Int> {
    index * count / shareCount..<(index + 1) * count / shareCount
  }
}
