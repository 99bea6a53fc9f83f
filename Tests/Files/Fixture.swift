import Foundation
import Testing

@testable import FastViTFiles

/// The files in `Fixtures`, which PyTorch, safetensors and NumPy wrote.
enum Fixture {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures")

  static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  static func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(filePath: path(name)))
  }

  /// The values of the tensor of `type` that `make_fixtures.py` writes.
  static func numbers(_ type: StoredType) -> [Double] {
    switch type {
    case .float16, .bfloat16, .float32, .float64: [-1.5, 0, 0.25, 96]
    case .int8, .int16, .int32, .int64: [-100, -1, 0, 100]
    case .uint8, .uint16, .uint32, .uint64: [0, 1, 2, 100]
    case .bool: [1, 0, 0, 1]
    }
  }
}

/// The error of opening `bytes` as a checkpoint.
func failure(
  opening bytes: Data,
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> FileError {
  try #require(throws: FileError.self, sourceLocation: sourceLocation) {
    try Checkpoint(bytes, file: "file")
  }
}

/// The error of opening `bytes` as a checkpoint.
func failure(
  opening bytes: [UInt8],
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> FileError {
  try failure(opening: Data(bytes), sourceLocation: sourceLocation)
}

/// Opens `bytes` and reads all elements. Returns true if opening throws, otherwise whether every tensor
/// has as many elements as its shape says; what must not happen is a trap.
func readsWholly(_ bytes: Data) -> Bool {
  guard let checkpoint = try? Checkpoint(bytes, file: "file") else { return true }
  return checkpoint.tensors.allSatisfy { $0.values(as: Float.self).count == $0.elementCount }
}

/// `value` in little-endian bytes.
func littleEndian<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] {
  (0..<Integer.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> Integer($0 * 8)) }
}

/// A safetensors file with `header` and `data`.
func safetensors(_ header: String, data: [UInt8] = []) -> [UInt8] {
  littleEndian(UInt64(header.utf8.count)) + header.utf8 + data
}

/// The bytes of a storage of 32-bit floating-point `numbers`.
func float32(_ numbers: [Float]) -> [UInt8] { numbers.flatMap { littleEndian($0.bitPattern) } }
