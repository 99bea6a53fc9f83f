import Foundation
import Testing

@testable import Checkpoints

/// The files in `Fixtures`, made by PyTorch, safetensors, and NumPy themselves.
enum Fixture {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures")

  static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  static func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(filePath: path(name)))
  }

  /// The numbers that `make_fixtures.py` puts into a tensor of each type.
  static func numbers(_ type: ElementType) -> [Double] {
    switch type {
    case .float16, .bfloat16, .float32, .float64: [-1.5, 0, 0.25, 96]
    case .int8, .int16, .int32, .int64: [-100, -1, 0, 100]
    case .uint8, .uint16, .uint32, .uint64: [0, 1, 2, 100]
    case .bool: [1, 0, 0, 1]
    }
  }
}

/// The error that opening `bytes` ends with.
func failure(
  opening bytes: Data,
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> CheckpointError {
  try #require(throws: CheckpointError.self, sourceLocation: sourceLocation) {
    try Checkpoint(bytes, file: "file")
  }
}

/// The error that opening `bytes` ends with.
func failure(
  opening bytes: [UInt8],
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> CheckpointError {
  try failure(opening: Data(bytes), sourceLocation: sourceLocation)
}

/// Opens `bytes` and reads all elements; whether it opens or throws, a trap is the failure. Returns
/// whether every tensor has the elements that its shape says.
func readsWholly(_ bytes: Data) -> Bool {
  guard let checkpoint = try? Checkpoint(bytes, file: "file") else { return true }
  return checkpoint.tensors.allSatisfy { $0.values(as: Float.self).count == $0.elementCount }
}
