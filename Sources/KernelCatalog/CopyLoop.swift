import KernelContract

/// A loop that copies the values of one worker, by the system's own copy.
package struct CopyLoop: Sendable {
  private let source: AlignedBuffer
  private let target: AlignedBuffer

  /// A loop that touches `bytes` bytes: one half is read, the other written.
  package init(bytes: Int) {
    let count = bytes / 2 / MemoryLayout<Float>.stride
    precondition(count > 0)
    source = AlignedBuffer(count: count)
    target = AlignedBuffer(count: count)
    // Pages that are never written all lie in the same zero page.
    source.values.update(repeating: 1)
  }

  /// Bytes read and written in one turn.
  package var bytesPerTurn: Int { 2 * source.count * MemoryLayout<Float>.stride }

  /// Copies all values `turns` times; not on two threads at once.
  package func run(turns: Int) {
    for _ in 0..<turns {
      target.pointer.update(from: source.pointer, count: source.count)
    }
  }
}
