/// Memory for `Float` values that starts at a page, so that every multiple of 16 values lies on a
/// cache line.
///
/// Sendable because its users agree on who writes what: weights are written before they are shared,
/// and the tiles of a step write disjoint places.
final class AlignedStorage: @unchecked Sendable {
  let base: UnsafeMutablePointer<Float>
  let count: Int

  /// Bytes the start is a multiple of.
  static let alignment = 4096

  /// Zeros, `count` of them.
  init(count: Int) {
    self.count = count
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, count) * MemoryLayout<Float>.stride, alignment: Self.alignment)
    base = memory.initializeMemory(as: Float.self, repeating: 0, count: max(1, count))
  }

  deinit {
    base.deallocate()
  }
}
