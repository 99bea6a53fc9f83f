import Foundation

/// The memory that this process holds in physical pages.
package enum ResidentMemory {
  /// Bytes now; nil where the system does not say.
  package static var bytes: Int? {
    (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)).flatMap(bytes(inStatus:))
  }

  /// The bytes that Linux's `/proc/self/status` names `VmRSS`, in KiB there.
  static func bytes(inStatus status: String) -> Int? {
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    guard let fields = line?.split(whereSeparator: \.isWhitespace), fields.count == 3,
      fields[2] == "kB", let kibibytes = Int(fields[1]), (0..<1 << 50).contains(kibibytes)
    else { return nil }
    return kibibytes << 10
  }
}
