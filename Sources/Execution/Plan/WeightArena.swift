/// Packed weights of a whole plan in one piece of memory, each block on a cache line of its own.
struct WeightArena: Sendable {
  private(set) var storage: AlignedStorage

  /// The arena of what `builder` collected.
  init(_ builder: Builder) {
    storage = AlignedStorage(count: builder.count)
    var offset = 0
    for block in builder.blocks {
      block.withUnsafeBufferPointer { source in
        guard let start = source.baseAddress else { return }
        (storage.base + offset).update(from: start, count: source.count)
      }
      offset += ArenaLayout.aligned(block.count)
    }
  }

  /// Where the block at `offset` starts.
  subscript(offset: Int) -> UnsafePointer<Float> { UnsafePointer(storage.base + offset) }

  /// Collects blocks before the arena is made.
  struct Builder {
    fileprivate var blocks: [[Float]] = []
    fileprivate var count = 0

    /// Adds a block and returns its offset in the arena.
    mutating func append(_ block: [Float]) -> Int {
      defer { count += ArenaLayout.aligned(block.count) }
      blocks.append(block)
      return count
    }
  }
}
