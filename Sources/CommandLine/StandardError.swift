import Foundation

/// Standard error, without a buffer. Errors of writing are ignored, because there is no place to report
/// them.
package struct StandardError: TextOutputStream {
  /// The standard error of the process.
  package init() {}

  /// Writes one line per warning; the command continues.
  package static func warn(_ warnings: [String]) {
    var errors = StandardError()
    for warning in warnings { errors.write("warning: \(warning.printable)\n") }
  }

  /// Writes `text`.
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

extension String {
  /// The text in one line, with all characters escaped that control a terminal or reorder its line.
  /// Names from hostile files may hold such characters.
  package var printable: String {
    var line = ""
    for scalar in unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator:
        line += scalar.escaped(asASCII: true)
      default:
        line.unicodeScalars.append(scalar)
      }
    }
    return line
  }
}
