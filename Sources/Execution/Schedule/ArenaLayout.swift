/// Where each block of a run's scratch memory lies: one arena, places reused by liveness.
struct ArenaLayout: Sendable {
  /// A block that must exist from one step to another.
  struct Block: Sendable {
    /// Values of `Float`.
    let elements: Int
    /// The step that writes it.
    let firstStep: Int
    /// The last step that reads it.
    let lastStep: Int
  }

  /// Values from the start of the arena, one a block; multiples of `alignment`.
  let offsets: [Int]

  /// Values of the whole arena.
  let elements: Int

  /// Blocks start at multiples of this many values: 64 bytes.
  static let alignment = 16

  /// Places larger blocks first, each at the lowest offset that no block living at the same time
  /// covers.
  init(_ blocks: [Block]) {
    var offsets = [Int](repeating: 0, count: blocks.count)
    var placed: [Int] = []
    var end = 0
    let order = blocks.indices.sorted { blocks[$0].elements > blocks[$1].elements }
    for index in order {
      let block = blocks[index]
      let neighbours = placed.filter { other in
        blocks[other].firstStep <= block.lastStep && block.firstStep <= blocks[other].lastStep
      }.sorted { offsets[$0] < offsets[$1] }
      var offset = 0
      for other in neighbours {
        if offset + Self.aligned(block.elements) <= offsets[other] { break }
        offset = max(offset, offsets[other] + Self.aligned(blocks[other].elements))
      }
      offsets[index] = offset
      placed.append(index)
      end = max(end, offset + Self.aligned(block.elements))
    }
    self.offsets = offsets
    elements = end
  }

  /// `elements` rounded up to the alignment.
  static func aligned(_ elements: Int) -> Int {
    (elements + alignment - 1) / alignment * alignment
  }
}
