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

/// A folder of its own, removed with everything in it.
final class TemporaryFolder {
  let url = FileManager.default.temporaryDirectory
    .appendingPathComponent("checkpoints-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { "\(url.path)/\(name)" }
  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: url.path) }
  }
}

/// Steele, Lea, and Flood's SplitMix64: the same numbers in every run.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
    return bits ^ bits >> 31
  }

  mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: next()) }
}
