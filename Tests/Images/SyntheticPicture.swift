import Images

/// Pictures made by a formula, the same ones as in make_goldens.py.
enum SyntheticPicture: String, Decodable {
  /// Bytes of a hash.
  case noise
  /// Black and white only, so that bicubic interpolation overshoots.
  case extremes
  /// Smooth, and wrapping around.
  case ramp

  /// `count` bytes of a hash of (seed, index).
  static func noise(_ count: Int, seed: Int) -> [UInt8] {
    (0..<count).map { index in
      var x = UInt32(truncatingIfNeeded: index &* 2_654_435_761 &+ seed &* 40503)
      x ^= x >> 15
      x = x &* 2_246_822_519
      x ^= x >> 13
      return UInt8(truncatingIfNeeded: x)
    }
  }

  /// The picture of a size.
  func picture(height: Int, width: Int, seed: Int) -> Picture {
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
    return Picture(height: height, width: width, samples: samples)
  }
}
