import Foundation

/// Standard error, written at once; errors of writing are ignored, for there is nobody to tell.
package struct StandardError: TextOutputStream {
  /// The standard error of the process.
  package init() {}

  /// Writes a line for each of `warnings`, of what a command goes on in spite of.
  package static func warn(_ warnings: [String]) {
    var errors = StandardError()
    for warning in warnings { errors.write("warning: \(warning.printable)\n") }
  }

  /// Writes text.
  package mutating func write(_ text: String) {
    var bytes = Array(text.utf8)
    while !bytes.isEmpty {
      let count = Foundation.write(STDERR_FILENO, bytes, bytes.count)
      if count > 0 {
        bytes.removeFirst(count)
      } else if count == 0 || errno != EINTR {
        return
      }
    }
  }
}
