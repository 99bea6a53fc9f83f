/// Writes safetensors files: whole or not at all.
package enum SafetensorsWriter {
  /// A named array to write.
  package struct Entry: Sendable {
    enum Elements: Sendable {
      case float32([Float])
      case int64([Int64])
    }

    package let name: String
    package let shape: [Int]
    let elements: Elements

    /// An `F32` array of `shape`, row-major.
    package init(_ name: String, shape: [Int], _ values: [Float]) {
      self.name = name
      self.shape = shape
      elements = .float32(values)
    }

    /// An `I64` array of `shape`, row-major.
    package init(_ name: String, shape: [Int], _ values: [Int64]) {
      self.name = name
      self.shape = shape
      elements = .int64(values)
    }
  }

  /// Writes `entries`, whose names must differ and whose values must fill their shapes, to `path`.
  package static func write(
    _ entries: [Entry],
    metadata: [String: String] = [:],
    to path: String
  ) throws(CheckpointError) {
  }
}
