/// Integers that threads share without atomics or locks: only the scheduler's own ordering keeps them
/// correct and the thread sanitizer silent.
final class PlainMemory: @unchecked Sendable {
  private let values: UnsafeMutableBufferPointer<Int>

  init(count: Int) {
    values = .allocate(capacity: count)
    values.initialize(repeating: 0)
  }

  deinit { values.deallocate() }

  subscript(index: Int) -> Int {
    get { values[index] }
    set { values[index] = newValue }
  }

  var contents: [Int] { Array(values) }
}
