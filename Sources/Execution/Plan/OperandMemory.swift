import KernelContract
import Synchronization

/// Memory for packed weights that some workers take from the system while another still reads what they
/// are.
///
/// The system clears memory when it is first written to, which takes as long as a good part of packing,
/// and longer where a virtual machine has to ask its host for it.
package final class OperandMemory: Sendable {
  /// Larger than needed: what is never touched costs nothing.
  private let reserve: AlignedBuffer
  private let pageCount: Int

  /// Pages that somebody has begun to take, from the first on; plus `closed` when no more may be.
  private let begun = Atomic<Int>(0)
  private static let closed = 1 << 32

  /// Pages of these that are there.
  private let taken = Atomic<Int>(0)

  /// Values that are taken at a time: a huge page.
  private static let page = 1 << 19

  /// Values reserved for one that is expected: half-precision weights are twice as many as the bytes of
  /// their file say, and kernels pad them.
  private static let margin = 3

  /// The most values that are expected, more than the largest network of the family has: a file's size
  /// is anybody's claim.
  private static let limit = 48 << 20

  /// Reserves memory for about `expected` values; nil for few, or where the system promises none.
  package init?(expecting expected: Int) {
    let expected = min(max(expected, 0), Self.limit)
    guard let reserve = AlignedBuffer(reserving: Self.margin * expected) else { return nil }
    self.reserve = reserve
    pageCount = expected / Self.page
  }

  /// Takes pages until as many are there as are expected, or until `close`; for any number of threads.
  package func take() {
    var next = begun.load(ordering: .relaxed)
    while next < pageCount {
      let (isMine, found) = begun.weakCompareExchange(
        expected: next, desired: next + 1, ordering: .relaxed)
      next = found
      guard isMine else { continue }
      reserve.makeResident(next * Self.page..<(next + 1) * Self.page)
      // Releases the zeros to whoever writes there.
      taken.wrappingAdd(1, ordering: .releasing)
      next = begun.load(ordering: .relaxed)
    }
  }

  /// Lets nobody begin another page. A page that somebody has begun may not be there yet.
  package func close() {
    begun.bitwiseOr(Self.closed, ordering: .relaxed)
  }

  /// Zeros, `count` of them, to be cut into parts; whoever writes to one waits for it first. To be called
  /// once, after `close`.
  func buffer(count: Int) -> AlignedBuffer {
    guard count <= reserve.count else { return AlignedBuffer(count: count) }
    reserve.giveBack(from: count)
    return AlignedBuffer(0..<count, of: reserve)
  }

  /// Returns when nobody takes pages of `part` any more. They are taken in ascending order, so most parts
  /// need not wait for those that were begun last.
  func wait(for part: AlignedBuffer) {
    let begun = begun.load(ordering: .relaxed) & (Self.closed - 1)
    guard reserve.pointer <= part.pointer, part.pointer < reserve.pointer + begun * Self.page else {
      return
    }
    // As long as the system takes to clear a page.
    while taken.load(ordering: .acquiring) < begun {}
  }
}
