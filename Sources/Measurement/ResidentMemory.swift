import Foundation

/// The memory of this process that is in physical pages.
package enum ResidentMemory {
  /// The current size in bytes; `nil` on systems without `/proc/self/status`.
  package static var bytes: Int? {
    (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)).flatMap(bytes(inStatus:))
  }

  /// The field `VmRSS` of Linux's `/proc/self/status`, which is in KiB, converted to bytes.
  static func bytes(inStatus status: String) -> Int? {
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    guard let fields = line?.split(whereSeparator: \.isWhitespace), fields.count == 3,
      fields[2] == "kB", let kibibytes = Int(fields[1]), (0..<1 << 50).contains(kibibytes)
    else { return nil }
    return kibibytes << 10
  }
}
