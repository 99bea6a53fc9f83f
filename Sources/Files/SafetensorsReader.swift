import Foundation

/// Reads the tensors of a safetensors file: eight bytes of header length, the header, and the data of
/// all tensors without overlap or gap.
struct SafetensorsReader {
  /// The longest header that the format allows, in bytes.
  static let headerLimit = 100_000_000

  let tensors: [Tensor]
  let metadata: [String: String]

  init(_ bytes: Data, file: String) throws(FileError) {
    guard let length = bytes.integer(at: 0, as: UInt64.self), length <= Self.headerLimit,
      let text = bytes.slice(8..<8 + Int(length)),
      let data = bytes.slice(8 + Int(length)..<bytes.count)
    else {
      let length = bytes.integer(at: 0, as: UInt64.self)
      throw FileError(
        .malformed,
        file: file,
        found: length.map { "a header of \($0) bytes" } ?? "\(bytes.count) bytes",
        expected: "a header of at most \(max(0, min(bytes.count - 8, Self.headerLimit))) bytes"
      )
    }
    let header = try SafetensorsHeader([UInt8](text), file: file)
    try Self.checkOffsets(of: header.entries, dataSize: data.count, file: file)
    var tensors: [Tensor] = []
    tensors.reserveCapacity(header.entries.count)
    for entry in header.entries {
      tensors.append(try Self.tensor(entry, in: data, file: file))
    }
    self.tensors = tensors
    metadata = header.metadata
  }

  /// Checks that the tensors, sorted by offset, follow each other without gap and fill the data.
  private static func checkOffsets(
    of entries: [SafetensorsHeader.Entry],
    dataSize: Int,
    file: String
  ) throws(FileError) {
    var end = 0
    // Most headers are already in this order, and checking the order is faster than sorting.
    let areInOrder = entries.indices.dropFirst().allSatisfy {
      entries[$0 - 1].precedes(entries[$0])
    }
    for entry in areInOrder ? entries : entries.sorted(by: { $0.precedes($1) }) {
      guard entry.begin == end, entry.end >= entry.begin, entry.end <= dataSize else {
        throw FileError(
          .malformed,
          file: file,
          tensor: entry.name,
          found: "data_offsets \(entry.begin) to \(entry.end)",
          expected: "an array that begins at \(end) and ends by \(dataSize)"
        )
      }
      end = entry.end
    }
    guard end == dataSize else {
      throw FileError(
        .malformed,
        file: file,
        found: "\(dataSize) bytes of data",
        expected: "\(end) bytes, where the last tensor ends"
      )
    }
  }

  private static func tensor(
    _ entry: SafetensorsHeader.Entry,
    in data: Data,
    file: String
  ) throws(FileError) -> Tensor {
    let size = entry.elementType.byteCount
    let elements = TensorLayout(shape: entry.shape)
    guard let layout = elements, layout.elementCount <= data.count / size,
      layout.elementCount * size == entry.end - entry.begin,
      let storage = data.slice(entry.begin..<entry.end),
      let tensor = Tensor(
        name: entry.name,
        elementType: entry.elementType,
        layout: layout,
        in: storage
      )
    else {
      throw FileError(
        .malformed,
        file: file,
        tensor: entry.name,
        found: "\(entry.end - entry.begin) bytes of data",
        expected: "shape \(entry.shape) in elements of \(size) bytes"
      )
    }
    return tensor
  }
}
