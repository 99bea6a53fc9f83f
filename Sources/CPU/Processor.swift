import Foundation

/// The processor this process runs on, as it describes itself.
package struct Processor: Sendable, Equatable {
  /// Maker and model in one line, on x86 with the numbers of family and model, since virtual machines
  /// give different processors the same name; nil where the system reports no name.
  package let name: String?

  /// The size of a memory page in bytes.
  package let pageBytes: Int

  /// The processor of this machine, read once.
  package static let current: Processor = {
    let pageBytes = Int(sysconf(Int32(_SC_PAGESIZE)))
    return SystemControls.live.map { Processor(reading: $0, pageBytes: pageBytes) }
      ?? Processor(reading: SystemFiles.live, pageBytes: pageBytes)
  }()

  /// A processor with this description; the numbers of family and model follow where both are known.
  init(_ described: String?, family: String?, model: String?, pageBytes: Int) {
    self.pageBytes = pageBytes
    if let described, let family, let model {
      name = "\(described), family \(family), model \(model)"
    } else {
      name = described
    }
  }

  init(reading files: SystemFiles, pageBytes: Int) {
    let lines = files.read("/proc/cpuinfo")?.split(separator: "\n") ?? []
    func first(_ key: String) -> String? {
      lines.lazy.compactMap { Self.value($0, of: key) }.first
    }
    // On x86-64 every core has a "model name"; Arm boards have one "Model" at the end, or none.
    self.init(
      first("model name") ?? first("Model"), family: first("cpu family"), model: first("model"),
      pageBytes: pageBytes)
  }

  /// The value of a line `key : value`; nil for a line with another key.
  private static func value(_ line: Substring, of key: String) -> String? {
    let parts = line.split(separator: ":", maxSplits: 1)
    guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == key else {
      return nil
    }
    let value = parts[1].split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return value.isEmpty ? nil : value
  }
}
