/// Values that kernels read or write: aligned to a cache line, zero at first, of a fixed count.
///
/// An array's values begin where the allocator likes, and a vector that straddles two cache lines costs
/// two loads.
package final class AlignedBuffer: @unchecked Sendable {
  /// Bytes of alignment.
  package static let alignment = 64

  package let pointer: UnsafeMutablePointer<Float>
  package let count: Int

  package init(count: Int) {
    precondition(count >= 0)
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: Self.alignment)
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
