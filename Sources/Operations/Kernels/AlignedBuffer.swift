import Foundation

/// Memory that kernels read or write: aligned to a cache line, zero at first, of a fixed size.
///
/// An array's values begin wherever the allocator puts them, and a vector that straddles two cache lines
/// costs two loads. Large buffers come straight from the system, on huge pages where the system grants them:
/// on ordinary pages a network's weights alone need thousands of entries of the address translation's cache,
/// and cost one page fault each. Memory from the system is resident only from its first use on.
///
/// Sendable because no two tasks write the same place: operands are written before they are shared, and the
/// tasks of a step write disjoint places.
package final class AlignedBuffer: @unchecked Sendable {
  /// Bytes of alignment.
  package static let alignment = 64

  /// The first byte; valid as long as this object lives.
  package let pointer: UnsafeMutableRawPointer
  /// Bytes that may be used.
  package let byteCount: Int

  /// Where the memory comes from, which decides how it is given back.
  private enum Owner {
    case allocator
    case system(start: UnsafeMutableRawPointer, bytes: Int)
    case other(AlignedBuffer)
  }
  private let owner: Owner

  /// Bytes of a huge page, the unit in which the system hands out memory on request.
  private static let hugePage = 2 << 20

  /// Bytes of the smallest page of any system.
  private static let page = 4 << 10

  /// `byteCount` zeros.
  package init(byteCount: Int) {
    precondition(byteCount >= 0)
    self.byteCount = byteCount
    if byteCount >= Self.hugePage, let pages = Self.systemPages(byteCount) {
      owner = .system(start: pages.start, bytes: pages.bytes)
      pointer = pages.aligned
    } else {
      owner = .allocator
      pointer = UnsafeMutableRawPointer.allocate(
        byteCount: max(byteCount, 1), alignment: Self.alignment)
      pointer.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    }
  }

  /// `byteCount` zeros whose memory the system gives when they are first written to; nil for less than a huge
  /// page, or where the system does not promise that many.
  package init?(reserving byteCount: Int) {
    precondition(byteCount >= 0)
    guard byteCount >= Self.hugePage, let pages = Self.systemPages(byteCount) else { return nil }
    self.byteCount = byteCount
    owner = .system(start: pages.start, bytes: pages.bytes)
    pointer = pages.aligned
  }

  /// The bytes `places` of `buffer`, which stays alive as long as they do; they begin at a multiple of the
  /// alignment.
  package init(_ places: Range<Int>, of buffer: AlignedBuffer) {
    precondition(0 <= places.lowerBound && places.upperBound <= buffer.byteCount)
    precondition(places.lowerBound % Self.alignment == 0)
    byteCount = places.count
    pointer = buffer.pointer + places.lowerBound
    owner = .other(buffer)
  }

  /// Zero pages with room for `bytes` from a huge page's start on; nil where the system has none to give.
  private static func systemPages(
    _ bytes: Int
  ) -> (start: UnsafeMutableRawPointer, bytes: Int, aligned: UnsafeMutableRawPointer)? {
    #if os(Linux)
      let reserved = bytes + 2 * hugePage
      let start = mmap(nil, reserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
      guard let start, start != MAP_FAILED else { return nil }
      let aligned = start.alignedUp(toMultipleOf: hugePage)
      // Advice, which the system may refuse. The bytes after the last whole huge page get a huge page too
      // where they fill half of it: for fewer, the resident memory would cost more than the faults.
      let wholePages = (bytes + hugePage / 2) / hugePage * hugePage
      madvise(aligned, wholePages, MADV_HUGEPAGE)
      return (start, reserved, aligned)
    #else
      return nil
    #endif
  }

  /// Makes the bytes `places`, all of them zero, resident.
  package func makeResident(_ places: Range<Int>) {
    precondition(0 <= places.lowerBound && places.upperBound <= byteCount)
    for place in stride(from: places.lowerBound, to: places.upperBound, by: Self.page) {
      pointer.storeBytes(of: 0, toByteOffset: place, as: UInt8.self)
    }
  }

  /// Gives the memory of the bytes from `byteCount` on, all of them zero, back to the system. They may still
  /// be used: the system then provides zeros again.
  package func giveBack(from byteCount: Int) {
    #if os(Linux)
      guard case .system = owner, byteCount < self.byteCount else { return }
      let start = (pointer + byteCount).alignedUp(toMultipleOf: Self.hugePage)
      let end = pointer + self.byteCount
      if start < end { madvise(start, end - start, MADV_DONTNEED) }
    #endif
  }

  deinit {
    switch owner {
    case .allocator: pointer.deallocate()
    case .system(let start, let bytes): munmap(start, bytes)
    case .other: break
    }
  }

  /// The memory as whole values of one type.
  package func values<Value: BitwiseCopyable>(
    as type: Value.Type
  ) -> UnsafeMutableBufferPointer<Value> {
    let count = byteCount / MemoryLayout<Value>.stride
    return UnsafeMutableBufferPointer(
      start: pointer.bindMemory(to: type, capacity: count), count: count)
  }

  /// `byteCount` rounded up to the alignment.
  package static func aligned(_ byteCount: Int) -> Int {
    (byteCount + alignment - 1) / alignment * alignment
  }
}
