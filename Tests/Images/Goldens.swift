import FastViTImages
import Foundation
import Testing

/// Results of Pillow, torchvision and timm for synthetic images; see make_goldens.py.
struct Goldens: Decodable {
  /// An image resized by Pillow.
  struct Resize: Decodable, CustomTestStringConvertible {
    let name: String
    let kind: SyntheticImage
    let height: Int
    let width: Int
    let seed: Int
    let newHeight: Int
    let newWidth: Int
    let interpolation: String
    let isStored: Bool
    let crc: UInt32

    var testDescription: String { name }
  }

  /// An image after timm's evaluation transforms.
  struct Preprocessed: Decodable, CustomTestStringConvertible {
    let profile: String
    let kind: SyntheticImage
    let height: Int
    let width: Int
    let seed: Int
    let rows: Int
    let columns: Int
    let cropRatio: Double
    let hash: UInt32
    let places: [Int]
    let bits: [UInt32]

    var testDescription: String {
      "\(profile) \(kind) \(height)x\(width) to \(rows)x\(columns), crop \(cropRatio)"
    }
  }

  /// A PPM image with another maximum than 255, decoded by Pillow.
  struct Maximum: Decodable, CustomTestStringConvertible {
    let maximum: Int
    let height: Int
    let width: Int
    let crc: UInt32

    var testDescription: String { "maximum \(maximum)" }
  }

  let resizes: [Resize]
  let preprocessings: [Preprocessed]
  let maxima: [Maximum]

  /// The folder beside this file.
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Goldens")

  /// All goldens; none if they cannot be read, which `ResizingTests` reports.
  static let all: Goldens = {
    let file = folder.appending(path: "goldens.json")
    do {
      return try JSONDecoder().decode(Goldens.self, from: Data(contentsOf: file))
    } catch {
      return Goldens(resizes: [], preprocessings: [], maxima: [])
    }
  }()
}

/// A hash of the bits of `values`, fast enough for a debug build.
func polynomialHash(_ values: [Float]) -> UInt32 {
  var hash: UInt32 = 0
  for value in values { hash = hash &* 16_777_619 &+ value.bitPattern }
  return hash
}

/// The CRC-32 of `bytes`, as zlib computes it.
func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
  ~bytes.reduce(~0) { crc, byte in
    crcTable[Int((crc ^ UInt32(byte)) & 255)] ^ crc >> 8
  }
}

private let crcTable: [UInt32] = (0..<256).map { byte in
  (0..<8).reduce(byte) { crc, _ in crc & 1 == 1 ? 0xEDB8_8320 ^ crc >> 1 : crc >> 1 }
}
