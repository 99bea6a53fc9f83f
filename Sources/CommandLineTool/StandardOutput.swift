import Foundation

/// Standard output, buffered, and written with every error noticed.
///
/// When the reader has gone away, what is left to write is dropped without a word: that is how
/// `fastvit graph | head` should end. Any other error is kept for `flush`.
package struct StandardOutput: TextOutputStream {
  private var buffer: [UInt8] = []
  private var failure: CommandFailure?
  private var isClosed = false
  private let descriptor: Int32
  private let capacity = 1 << 16

  /// The standard output of the process, or another open file.
  package init(descriptor: Int32 = STDOUT_FILENO) {
    self.descriptor = descriptor
  }

  /// Adds text; it reaches the file when the buffer is full or flushed.
  package mutating func write(_ text: String) {
    guard !isClosed else { return }
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= capacity { drain() }
  }

  /// Writes what is left, and throws the first error since the beginning.
  package mutating func flush() throws(CommandFailure) {
    drain()
    if let failure { throw failure }
  }

  private mutating func drain() {
    while !buffer.isEmpty && !isClosed {
      let count = Foundation.write(descriptor, buffer, buffer.count)
      if count >= 0 {
        buffer.removeFirst(count)
        continue
      }
      let code = errno
      if code == EINTR { continue }
      isClosed = true
      if code != EPIPE {
        let reason = String(cString: strerror(code))
        failure = CommandFailure(.inputOutput, "cannot write standard output: \(reason)")
      }
    }
    buffer.removeAll(keepingCapacity: true)
  }
}
