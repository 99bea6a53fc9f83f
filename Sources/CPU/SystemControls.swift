import Foundation

/// The values that Apple's systems report about a machine under names, as `sysctl` does; replaced in tests.
struct SystemControls: Sendable {
  /// The number called `name`; nil where there is none.
  let number: @Sendable (_ name: String) -> Int?

  /// The text called `name`; nil where there is none.
  let text: @Sendable (_ name: String) -> String?

  #if canImport(Darwin)
    /// The values of this machine.
    static let live: SystemControls? = SystemControls(
      number: { name in
        // A number of 32 bits fills the lower half, since all these machines are little-endian.
        var value: Int64 = 0
        var byteCount = MemoryLayout<Int64>.size
        guard sysctlbyname(name, &value, &byteCount, nil, 0) == 0 else { return nil }
        return Int(exactly: value)
      },
      text: { name in
        var byteCount = 0
        guard sysctlbyname(name, nil, &byteCount, nil, 0) == 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: byteCount)
        guard sysctlbyname(name, &bytes, &byteCount, nil, 0) == 0 else { return nil }
        let words = bytes.prefix { $0 != 0 }
        return words.isEmpty ? nil : String(decoding: words, as: UTF8.self)
      })
  #else
    /// Nil, because this system is none of Apple's.
    static let live: SystemControls? = nil
  #endif
}

extension CacheHierarchy {
  /// The caches that `controls` report: those of the fast cores where a machine has two kinds.
  init(reading controls: SystemControls) {
    func number(_ name: String) -> Int? {
      let value = controls.number("hw.perflevel0." + name) ?? controls.number("hw." + name)
      return value.flatMap { $0 > 0 ? $0 : nil }
    }
    let logical = number("logicalcpu_max") ?? 1
    let threadsOfCore = max(1, logical / (number("physicalcpu_max") ?? logical))
    func cache(_ level: Int, _ kind: String, size: String, sharing cores: Int) -> Cache? {
      number(size).map { Cache(level: level, kind: kind, bytes: $0, sharingCores: cores) }
    }
    self.init(
      caches: [
        cache(1, "Data", size: "l1dcachesize", sharing: threadsOfCore),
        cache(2, "Unified", size: "l2cachesize", sharing: number("cpusperl2") ?? threadsOfCore),
        cache(3, "Unified", size: "l3cachesize", sharing: number("cpusperl3") ?? logical),
      ].compactMap(\.self))
  }
}

extension Processor {
  /// The processor that `controls` describe.
  init(reading controls: SystemControls, pageBytes: Int) {
    let described = controls.text("machdep.cpu.brand_string") ?? controls.text("hw.machine")
    self.init(
      described, family: controls.number("machdep.cpu.family").map(String.init),
      model: controls.number("machdep.cpu.model").map(String.init), pageBytes: pageBytes)
  }
}
