import Foundation

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

    var elementType: ElementType {
      switch elements {
      case .float32: .float32
      case .int64: .int64
      }
    }

    var elementCount: Int {
      switch elements {
      case .float32(let values): values.count
      case .int64(let values): values.count
      }
    }

    /// An `F32` array of `shape`, row-major.
    package init(_ name: String, shape: [Int], _ values: [Float]) {
      self.name = name
      self.shape = shape
      elements = .float32(values)
      precondition(shape.reduce(1, *) == values.count, "values must fill their shape")
    }

    /// An `I64` array of `shape`, row-major.
    package init(_ name: String, shape: [Int], _ values: [Int64]) {
      self.name = name
      self.shape = shape
      elements = .int64(values)
      precondition(shape.reduce(1, *) == values.count, "values must fill their shape")
    }
  }

  /// Writes `entries`, whose names must differ and whose values must fill their shapes, to `path`.
  package static func write(
    _ entries: [Entry],
    metadata: [String: String] = [:],
    to path: String
  ) throws(CheckpointError) {
    // Larger elements first, as the format's own writer does, so that every array is aligned.
    let ordered =
      entries.filter { $0.elementType.byteCount == 8 }
      + entries.filter { $0.elementType.byteCount < 8 }
    let file = try WholeFile(path)
    try file.write(header(of: ordered, metadata: metadata))
    for entry in ordered {
      switch entry.elements {
      case .float32(let values): try file.write(values.span.bytes)
      case .int64(let values): try file.write(values.span.bytes)
      }
    }
    try file.commit()
  }

  /// The length and the header, padded so that the data begins at a multiple of eight bytes.
  private static func header(of entries: [Entry], metadata: [String: String]) -> Data {
    var members: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }
        .map { "\(quoted($0.key)):\(quoted($0.value))" }
      members.append("\"__metadata__\":{\(texts.joined(separator: ","))}")
    }
    var end = 0
    for entry in entries {
      let begin = end
      end += entry.elementCount * entry.elementType.byteCount
      let shape = entry.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(quoted(entry.name)):{\"dtype\":\"\(entry.elementType.safetensorsName)\","
          + "\"shape\":[\(shape)],\"data_offsets\":[\(begin),\(end)]}"
      )
    }
    var text = [UInt8]("{\(members.joined(separator: ","))}".utf8)
    text += Array(repeating: 0x20, count: (8 - text.count % 8) % 8)
    let length = UInt64(text.count)
    return Data((0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + text)
  }

  /// `text` as a JSON string.
  private static func quoted(_ text: String) -> String {
    var json = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\":
        json += "\\\(scalar)"
      case "\0"..<" ":
        let digits = String(scalar.value, radix: 16)
        json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default:
        json.unicodeScalars.append(scalar)
      }
    }
    return json + "\""
  }
}
