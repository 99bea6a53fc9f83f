import Foundation

/// Values that end where an inaccessible page begins, so that reading or writing past them ends the
/// process. Before them are canaries and another inaccessible page.
///
/// The first value has only a `Float`'s alignment, because the count may be any.
package final class GuardedFloats {
  /// The value of an output before a kernel writes it: a NaN that no operation makes.
  package static let poison = Float(nan: 0xBAD, signaling: false)
  private static let canary = Float(nan: 0xCA9, signaling: false)
  private static let page = Int(sysconf(Int32(_SC_PAGESIZE)))

  /// The first value; the memory lives as long as this object.
  package let start: UnsafeMutablePointer<Float>
  /// The number of values.
  package let count: Int
  private let mapping: UnsafeMutableRawPointer
  private let mappedBytes: Int
  private let canaries: UnsafeMutableBufferPointer<Float>

  /// A copy of `values`.
  package init(_ values: [Float]) {
    let page = Self.page
    let inside = (values.count * 4 + 64 + page - 1) / page * page
    count = values.count
    mappedBytes = inside + 2 * page
    guard
      let mapping = mmap(
        nil, mappedBytes, PROT_NONE, MAP_PRIVATE | Int32(MAP_ANONYMOUS), -1, 0),
      mapping != MAP_FAILED, mprotect(mapping + page, inside, PROT_READ | PROT_WRITE) == 0
    else { fatalError("no memory for a test") }
    self.mapping = mapping
    let all = UnsafeMutableBufferPointer(
      start: (mapping + page).assumingMemoryBound(to: Float.self), count: inside / 4)
    all.initialize(repeating: Self.canary)
    canaries = UnsafeMutableBufferPointer(rebasing: all.dropLast(values.count))
    start = (mapping + page + inside).assumingMemoryBound(to: Float.self) - values.count
    for (index, value) in values.enumerated() { start[index] = value }
  }

  /// An output of `count` poisoned values.
  package convenience init(poisoned count: Int) {
    self.init([Float](repeating: Self.poison, count: count))
  }

  deinit {
    munmap(mapping, mappedBytes)
  }

  /// A copy of the values as they are now.
  package var values: [Float] { Array(UnsafeBufferPointer(start: start, count: count)) }

  /// Whether nothing was written before the values.
  package var canariesAreIntact: Bool {
    canaries.allSatisfy { $0.bitPattern == Self.canary.bitPattern }
  }
}

/// A text that says where the bytes of `found` first differ from those of `expected`; nil where they are
/// equal. With `anyNaN`, all NaNs are equal.
package func firstDifference(
  _ found: [Float], _ expected: [Float], anyNaN: Bool = false
) -> String? {
  guard found.count == expected.count else {
    return "\(found.count) values in place of \(expected.count)"
  }
  for (index, (one, other)) in zip(found, expected).enumerated()
  where one.bitPattern != other.bitPattern && !(anyNaN && one.isNaN && other.isNaN) {
    return "[\(index)]: \(one) in place of \(other)"
  }
  return nil
}
