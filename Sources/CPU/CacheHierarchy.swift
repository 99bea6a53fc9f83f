import Foundation

/// The data caches that the first core of this machine reads through, smallest first.
package struct CacheHierarchy: Sendable, Equatable {
  /// One cache.
  package struct Cache: Sendable, Equatable {
    /// 1 is nearest to the core.
    package let level: Int
    /// `Data` or `Unified`, as Linux says.
    package let kind: String
    package let bytes: Int
    /// Logical cores that share it.
    package let sharingCores: Int
  }

  package let caches: [Cache]

  /// This machine's, read once; empty where the system does not say.
  package static let current = CacheHierarchy(reading: SystemFiles.live)

  init(reading files: SystemFiles) {
    var caches: [Cache] = []
    for index in 0..<16 {
      func field(_ name: String) -> String? {
        files.read("/sys/devices/system/cpu/cpu0/cache/index\(index)/\(name)")?
          .trimmingCharacters(in: .whitespacesAndNewlines)
      }
      guard let kind = field("type"), let level = field("level").flatMap({ Int($0) }),
        let bytes = field("size").flatMap(Self.bytes)
      else { break }
      guard kind != "Instruction" else { continue }
      let cores = field("shared_cpu_list").flatMap { CoreList.count($0[...]) }
      caches.append(Cache(level: level, kind: kind, bytes: bytes, sharingCores: cores ?? 1))
    }
    self.caches = caches.sorted { $0.level < $1.level }
  }

  /// Bytes of the largest cache; nil where the system does not say.
  package var largestBytes: Int? { caches.map(\.bytes).max() }

  /// The value of `48K` or `32M`.
  private static func bytes(_ text: String) -> Int? {
    let shifts: [Character: Int] = ["K": 10, "M": 20, "G": 30]
    let shift = text.last.flatMap { shifts[$0] }
    let number = shift == nil ? text[...] : text.dropLast()
    return Int(number).flatMap { 0 < $0 && $0 < 1 << 30 ? $0 << (shift ?? 0) : nil }
  }
}
