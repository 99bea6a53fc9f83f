import FastViTOperations

/// Where each piece of a run's memory lies: in one arena, in which pieces share a place if they are never
/// needed at the same time.
struct ArenaLayout: Sendable {
  /// A piece of memory that must exist from one step to another.
  struct Piece: Sendable {
    let bytes: Int
    /// The step that writes the piece.
    let firstStep: Int
    /// The last step that reads the piece.
    let lastStep: Int
  }

  /// Bytes from the start of the arena, one offset per piece; multiples of `AlignedBuffer.alignment`.
  let offsets: [Int]

  /// Bytes of the whole arena.
  let bytes: Int

  /// Places larger pieces first, each at the lowest offset that no piece needed at the same time covers.
  init(_ pieces: [Piece]) {
    var offsets = [Int](repeating: 0, count: pieces.count)
    var placed: [Int] = []
    var end = 0
    let order = pieces.indices.sorted { pieces[$0].bytes > pieces[$1].bytes }
    for index in order {
      let piece = pieces[index]
      let neighbours = placed.filter { other in
        pieces[other].firstStep <= piece.lastStep && piece.firstStep <= pieces[other].lastStep
      }.sorted { offsets[$0] < offsets[$1] }
      var offset = 0
      for other in neighbours {
        if offset + AlignedBuffer.aligned(piece.bytes) <= offsets[other] { break }
        offset = max(offset, offsets[other] + AlignedBuffer.aligned(pieces[other].bytes))
      }
      offsets[index] = offset
      placed.append(index)
      end = max(end, offset + AlignedBuffer.aligned(piece.bytes))
    }
    self.offsets = offsets
    bytes = end
  }
}
