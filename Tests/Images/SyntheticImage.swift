import FastViTImages

/// Images made by a formula; make_goldens.py makes the same ones.
enum SyntheticImage: String, Decodable {
  /// Pseudorandom bytes, from a hash.
  case noise
  /// Pseudorandom samples of 0 and 255, so that bicubic interpolation overshoots.
  case extremes
  /// Ramps along both sides, modulo 256.
  case ramp

  /// `count` bytes, each a hash of (seed, index).
  static func noise(_ count: Int, seed: Int) -> [UInt8] {
    (0..<count).map { index in
      var x = UInt32(truncatingIfNeeded: index &* 2_654_435_761 &+ seed &* 40503)
      x ^= x >> 15
      x = x &* 2_246_822_519
      x ^= x >> 13
      return UInt8(truncatingIfNeeded: x)
    }
  }

  /// The image of a size.
  func image(height: Int, width: Int, seed: Int) -> Image {
    let count = height * width * 3
    let samples: [UInt8]
    switch self {
    case .noise:
      samples = Self.noise(count, seed: seed)
    case .extremes:
      samples = Self.noise(count, seed: seed).map { $0 >= 128 ? 255 : 0 }
    case .ramp:
      samples = (0..<count).map { index in
        let (y, x, c) = (index / (width * 3), index / 3 % width, index % 3)
        return UInt8(truncatingIfNeeded: y * 3 + x * 2 + c * 80 + seed)
      }
    }
    return Image(height: height, width: width, samples: samples)
  }
}
