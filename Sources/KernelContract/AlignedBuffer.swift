import Foundation

/// Values that kernels read or write: aligned to a cache line, zero at first, of a fixed count.
///
/// An array's values begin where the allocator likes, and a vector that straddles two cache lines costs
/// two loads.
package final class AlignedBuffer: @unchecked Sendable {
  /// Bytes of alignment.
  package static let alignment = 64

  package let pointer: UnsafeMutablePointer<Float>
  package let count: Int

  /// Bytes of a huge page, the unit in which the system hands out memory to those who ask.
  private static let hugePage = 2 << 20

  /// Zeros, `count` of them; many of them on huge pages, which cost a fault for 512 ordinary ones.
  package init(count: Int) {
    precondition(count >= 0)
    let size = max(count, 1) * MemoryLayout<Float>.stride
    let isLarge = size >= 2 * Self.hugePage
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: size, alignment: isLarge ? Self.hugePage : Self.alignment)
    #if os(Linux)
      // Advice, which may be refused; only on whole huge pages, for the rest of one would be resident.
      if isLarge { madvise(memory, size / Self.hugePage * Self.hugePage, MADV_HUGEPAGE) }
    #endif
    pointer = memory.bindMemory(to: Float.self, capacity: count)
    pointer.initialize(repeating: 0, count: count)
    self.count = count
  }

  deinit {
    pointer.deallocate()
  }

  package var values: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: pointer, count: count)
  }
}
