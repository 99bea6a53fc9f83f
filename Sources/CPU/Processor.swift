import Foundation

/// The processor this process runs on, as it describes itself.
package struct Processor: Sendable, Equatable {
  /// Maker and model in one line, with x86's numbers of family and model, since virtual machines call
  /// different processors the same; nil where the system does not say.
  package let name: String?

  /// Bytes of a page of memory.
  package let pageBytes: Int

  /// This machine's, read once.
  package static let current = Processor(
    reading: SystemFiles.live, pageBytes: sysconf(Int32(_SC_PAGESIZE)))

  init(reading files: SystemFiles, pageBytes: Int) {
    self.pageBytes = pageBytes
    let lines = files.read("/proc/cpuinfo")?.split(separator: "\n") ?? []
    func first(_ key: String) -> String? {
      lines.lazy.compactMap { Self.value($0, of: key) }.first
    }
    // x86-64 names the model of each core; boards with Arm name themselves at the end, if at all.
    let described = first("model name") ?? first("Model")
    if let described, let family = first("cpu family"), let model = first("model") {
      name = "\(described), family \(family), model \(model)"
    } else {
      name = described
    }
  }

  /// What stands behind the colon of a line `key : value`; nil for other lines.
  private static func value(_ line: Substring, of key: String) -> String? {
    let parts = line.split(separator: ":", maxSplits: 1)
    guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == key else {
      return nil
    }
    let value = parts[1].split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return value.isEmpty ? nil : value
  }
}
