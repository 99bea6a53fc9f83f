import Foundation

/// The data caches that the first core of this machine reads through, smallest first.
package struct CacheHierarchy: Sendable, Equatable {
  /// One cache.
  package struct Cache: Sendable, Equatable {
    /// The level; 1 is nearest to the core.
    package let level: Int
    /// `Data` or `Unified`, as Linux calls them.
    package let kind: String
    /// The size of the whole cache in bytes.
    package let bytes: Int
    /// The number of logical cores that share the cache.
    package let sharingCores: Int
  }

  /// The caches, smallest first.
  package let caches: [Cache]

  /// The caches of this machine, read once; empty where the system does not report them.
  package static let current =
    SystemControls.live.map { CacheHierarchy(reading: $0) }
    ?? CacheHierarchy(reading: SystemFiles.live)

  /// A hierarchy of `caches`, which come smallest first.
  init(caches: [Cache]) {
    self.caches = caches
  }

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
    self.init(caches: caches.sorted { $0.level < $1.level })
  }

  /// Bytes of the largest cache; nil where the system reports none.
  package var largestBytes: Int? { caches.map(\.bytes).max() }

  /// The number of bytes that text such as `48K` or `32M` stands for.
  private static func bytes(_ text: String) -> Int? {
    let shifts: [Character: Int] = ["K": 10, "M": 20, "G": 30]
    let shift = text.last.flatMap { shifts[$0] }
    let number = shift == nil ? text[...] : text.dropLast()
    return Int(number).flatMap { 0 < $0 && $0 < 1 << 30 ? $0 << (shift ?? 0) : nil }
  }
}
