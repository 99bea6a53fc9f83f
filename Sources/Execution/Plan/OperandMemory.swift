import FastViTOperations
import Synchronization

/// Allocates memory for the packed weights while another worker still reads the file.
///
/// The system clears memory when it is first written to. That takes as long as a good part of packing, and
/// longer where a virtual machine has to ask its host for the memory.
package final class OperandMemory: Sendable {
  /// Larger than needed: memory that is never touched costs nothing.
  private let reserve: AlignedBuffer
  private let pageCount: Int

  /// The number of pages that workers have begun to take, from the first on; plus `closed` when no worker may
  /// begin another.
  private let begun = Atomic<Int>(0)
  private static let closed = 1 << 32

  /// The number of pages that are resident.
  private let taken = Atomic<Int>(0)

  /// Bytes that are taken at a time: a huge page.
  private static let page = 2 << 20

  /// Bytes reserved per expected byte: half-precision weights take twice the bytes of their file once they
  /// are in single precision, and packing adds padding.
  private static let margin = 3

  /// The most bytes that are expected, more than the largest network of the family has: a file may claim any
  /// size.
  private static let limit = 192 << 20

  /// Reserves memory for about `expected` bytes; nil for few, or where the system does not promise
  /// them.
  package init?(expecting expected: Int) {
    let expected = min(max(expected, 0), Self.limit)
    guard let reserve = AlignedBuffer(reserving: Self.margin * expected) else { return nil }
    self.reserve = reserve
    pageCount = expected / Self.page
  }

  /// Makes pages resident until as many are as expected, or until `close`; any number of threads may call it
  /// at once.
  package func take() {
    var next = begun.load(ordering: .relaxed)
    while next < pageCount {
      let (isMine, found) = begun.weakCompareExchange(
        expected: next, desired: next + 1, ordering: .relaxed)
      next = found
      guard isMine else { continue }
      reserve.makeResident(next * Self.page..<(next + 1) * Self.page)
      // Releases the zeros to the worker that writes there.
      taken.wrappingAdd(1, ordering: .releasing)
      next = begun.load(ordering: .relaxed)
    }
  }

  /// Lets no worker begin another page. A page that is begun may not be there yet.
  package func close() {
    begun.bitwiseOr(Self.closed, ordering: .relaxed)
  }

  /// `byteCount` zeros, to be cut into parts. Call `wait(for:)` before writing to a part. To be called once,
  /// after `close`.
  func buffer(byteCount: Int) -> AlignedBuffer {
    guard byteCount <= reserve.byteCount else { return AlignedBuffer(byteCount: byteCount) }
    reserve.giveBack(from: byteCount)
    return AlignedBuffer(0..<byteCount, of: reserve)
  }

  /// Returns when no worker takes pages of `part` any more. They are taken in ascending order, so most parts
  /// need not wait for those that were begun last.
  func wait(for part: AlignedBuffer) {
    let begun = begun.load(ordering: .relaxed) & (Self.closed - 1)
    guard reserve.pointer <= part.pointer, part.pointer < reserve.pointer + begun * Self.page else {
      return
    }
    // A spin of at most the time in which the system clears a page.
    while taken.load(ordering: .acquiring) < begun {}
  }
}
