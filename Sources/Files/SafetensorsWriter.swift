import Foundation

/// Writes safetensors files, each completely or not at all.
package enum SafetensorsWriter {
  /// A named array to write.
  package struct Entry: Sendable {
    enum Elements: Sendable {
      case float32([Float])
      case int64([Int64])
    }

    /// The name of the tensor.
    package let name: String
    /// Sizes, outermost dimension first.
    package let shape: [Int]
    let elements: Elements

    var elementType: StoredType {
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

    /// A row-major `F32` array; the product of `shape` must equal the number of values.
    package init(_ name: String, shape: [Int], _ values: [Float]) {
      self.name = name
      self.shape = shape
      elements = .float32(values)
      precondition(shape.reduce(1, *) == values.count, "values must fill their shape")
    }

    /// A row-major `I64` array; the product of `shape` must equal the number of values.
    package init(_ name: String, shape: [Int], _ values: [Int64]) {
      self.name = name
      self.shape = shape
      elements = .int64(values)
      precondition(shape.reduce(1, *) == values.count, "values must fill their shape")
    }
  }

  /// Writes `entries`, whose names must differ, to `path`.
  ///
  /// - Throws: `FileError` if the file cannot be created or written completely.
  package static func write(
    _ entries: [Entry],
    metadata: [String: String] = [:],
    to path: String
  ) throws(FileError) {
    // Arrays of larger elements come first, as in the format's own writer, so that all are aligned.
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

  /// The header after its length, padded so that the data begins at a multiple of eight bytes.
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
