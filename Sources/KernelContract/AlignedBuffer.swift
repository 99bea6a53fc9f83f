import Foundation

/// Values that kernels read or write: aligned to a cache line, zero at first, of a fixed count.
///
/// An array's values begin where the allocator likes, and a vector that straddles two cache lines costs
/// two loads. Many values come straight from the system, on huge pages where it grants them: with
/// ordinary ones a network's weights alone are thousands of entries of the address translation's cache,
/// and a fault each. Such memory is resident only from its first use on.
///
/// Sendable because its users agree on who writes what: operands are written before they are shared, and
/// the tiles of a step write disjoint places.
package final class AlignedBuffer: @unchecked Sendable {
  /// Bytes of alignment.
  package static let alignment = 64

  package let pointer: UnsafeMutablePointer<Float>
  package let count: Int

  /// What the values belong to, and how they are given back.
  private enum Owner {
    case allocator
    case system(start: UnsafeMutableRawPointer, bytes: Int)
    case other(AlignedBuffer)
  }
  private let owner: Owner

  /// Bytes of a huge page, the unit in which the system hands out memory to those who ask.
  private static let hugePage = 2 << 20

  /// Bytes of the smallest page of any system.
  private static let page = 4 << 10

  /// Zeros, `count` of them.
  package init(count: Int) {
    precondition(count >= 0)
    self.count = count
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    if bytes >= Self.hugePage, let pages = Self.systemPages(bytes) {
      owner = .system(start: pages.start, bytes: pages.bytes)
      pointer = pages.aligned.bindMemory(to: Float.self, capacity: count)
    } else {
      owner = .allocator
      pointer = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: Self.alignment)
        .bindMemory(to: Float.self, capacity: count)
      pointer.initialize(repeating: 0, count: count)
    }
  }

  /// Zeros, `count` of them, whose memory the system gives when they are first written to; nil for few,
  /// or where it does not promise that many.
  package init?(reserving count: Int) {
    precondition(count >= 0)
    let bytes = count * MemoryLayout<Float>.stride
    guard bytes >= Self.hugePage, let pages = Self.systemPages(bytes) else { return nil }
    self.count = count
    owner = .system(start: pages.start, bytes: pages.bytes)
    pointer = pages.aligned.bindMemory(to: Float.self, capacity: count)
  }

  /// Some values of `buffer`, which stays alive with them; they begin at a multiple of the alignment.
  package init(_ places: Range<Int>, of buffer: AlignedBuffer) {
    precondition(0 <= places.lowerBound && places.upperBound <= buffer.count)
    precondition(places.lowerBound * MemoryLayout<Float>.stride % Self.alignment == 0)
    count = places.count
    pointer = buffer.pointer + places.lowerBound
    owner = .other(buffer)
  }

  /// Zero pages with room for `bytes` from a huge page's start on; nil where there are none.
  private static func systemPages(
    _ bytes: Int
  ) -> (start: UnsafeMutableRawPointer, bytes: Int, aligned: UnsafeMutableRawPointer)? {
    #if os(Linux)
      let reserved = bytes + 2 * hugePage
      let start = mmap(nil, reserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
      guard let start, start != MAP_FAILED else { return nil }
      let aligned = start.alignedUp(toMultipleOf: hugePage)
      // Advice, which may be refused. The rest behind the last whole huge page gets one where it fills
      // half of it: less would be more resident memory than it saves in faults.
      let wholePages = (bytes + hugePage / 2) / hugePage * hugePage
      madvise(aligned, wholePages, MADV_HUGEPAGE)
      return (start, reserved, aligned)
    #else
      return nil
    #endif
  }

  /// Takes the memory of some values, all zero, from the system.
  package func makeResident(_ places: Range<Int>) {
    precondition(0 <= places.lowerBound && places.upperBound <= count)
    let page = Self.page / MemoryLayout<Float>.stride
    for place in stride(from: places.lowerBound, to: places.upperBound, by: page) {
      pointer[place] = 0
    }
  }

  /// Gives the memory of the values from `count` on, all zero, back to the system, which takes it again
  /// where they are used nevertheless.
  package func giveBack(from count: Int) {
    #if os(Linux)
      guard case .system = owner, count < self.count else { return }
      let start = UnsafeMutableRawPointer(pointer + count).alignedUp(toMultipleOf: Self.hugePage)
      let end = UnsafeMutableRawPointer(pointer + self.count)
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

  package var values: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: pointer, count: count)
  }
}
