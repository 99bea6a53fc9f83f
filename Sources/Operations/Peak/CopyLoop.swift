/// A loop of one worker that copies memory by the system's own copy.
package struct CopyLoop: Sendable {
  private let source: AlignedBuffer
  private let target: AlignedBuffer

  /// A loop that touches `bytes` bytes: one half is read, the other written.
  package init(bytes: Int) {
    precondition(bytes >= 2)
    source = AlignedBuffer(byteCount: bytes / 2)
    target = AlignedBuffer(byteCount: bytes / 2)
    // Without this, all pages of the source would be the system's one page of zeros.
    source.values(as: UInt8.self).update(repeating: 1)
  }

  /// Bytes read and written in one turn.
  package var bytesPerTurn: Int { 2 * source.byteCount }

  /// Copies all bytes `turns` times; for one thread at a time.
  package func run(turns: Int) {
    for _ in 0..<turns {
      target.pointer.copyMemory(from: source.pointer, byteCount: source.byteCount)
    }
  }
}
