import Foundation

/// Standard output with a buffer, which reports errors of writing.
///
/// If the reader has closed the pipe, the remaining text is dropped without an error, so that
/// `fastvit graph | head` succeeds. Any other error is kept until `flush`.
package struct StandardOutput: TextOutputStream {
  private var buffer: [UInt8] = []
  private var failure: CommandFailure?
  private var isClosed = false
  private let descriptor: Int32
  private let capacity = 1 << 16

  /// The standard output of the process, or another open file for tests.
  package init(descriptor: Int32 = STDOUT_FILENO) {
    self.descriptor = descriptor
  }

  /// Adds `text`, which reaches the file when the buffer is full or flushed.
  package mutating func write(_ text: String) {
    guard !isClosed else { return }
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= capacity { drain() }
  }

  /// Writes the rest of the buffer and throws the first error of any write so far.
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
