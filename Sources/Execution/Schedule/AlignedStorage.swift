#if canImport(Glibc)
  import Glibc
#endif

/// Memory for `Float` values that starts at a page, so that every multiple of 16 values lies on a
/// cache line. What it holds at first is not said.
///
/// Where the system has huge pages it is asked for them: with small ones a network's weights alone are
/// thousands of entries of the address translation's cache.
///
/// Sendable because its users agree on who writes what: weights are written before they are shared,
/// and the tiles of a step write disjoint places.
final class AlignedStorage: @unchecked Sendable {
  let base: UnsafeMutablePointer<Float>
  let count: Int

  /// Bytes the start is a multiple of, and those of a huge page.
  private static let pageBytes = 4096
  private static let hugePageBytes = 2 << 20

  /// Room for `count` values.
  init(count: Int) {
    self.count = count
    let bytes = max(1, count) * MemoryLayout<Float>.stride
    let isLarge = bytes >= Self.hugePageBytes
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: bytes, alignment: isLarge ? Self.hugePageBytes : Self.pageBytes)
    #if canImport(Glibc)
      // Advice only: whether it is followed changes nothing but speed.
      if isLarge { _ = madvise(memory, bytes, MADV_HUGEPAGE) }
    #endif
    base = memory.bindMemory(to: Float.self, capacity: max(1, count))
  }

  deinit {
    base.deallocate()
  }
}
