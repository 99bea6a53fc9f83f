/// Weights and images that need no download: a pure function of a seed, a tensor's name and an
/// index.
///
/// This comment is the recipe; `Tests/Reference/synthetic.py` follows it step by step, and both
/// give the same bits. Words are 64-bit and arithmetic on them wraps. `G` is
/// `0x9E3779B97F4A7C15`, and `mix` is SplitMix64's finaliser:
///
///     mix(z): z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9
///             z = (z ^ z >> 27) * 0x94D049BB133111EB
///             z ^ z >> 31
///
/// **Stream.** `key = mix(mix(seed + G) ^ fnv1a(name))`, with FNV-1a of 64 bits over the UTF-8
/// bytes of the name (basis `0xCBF29CE484222325`, prime `0x100000001B3`). The name is the one
/// timm gives the tensor in its training form.
///
/// **Uniform number.** Element `i`, in row-major order, has the 24 uppermost bits of its word:
/// `u = Double(mix(key + (i + 1) * G) >> 40) / 2^23 - 1`, a multiple of 2^-23 in [-1, 1).
///
/// **Value.** `Float(offset + scale * u)`, where product and sum are each rounded to `Double`
/// (no fused multiply-add). The first line that fits the name and shape says what they are:
///
/// | name ends in | offset | scale |
/// |---|---|---|
/// | `.large_conv.bn.running_var`, `.mlp.conv.bn.running_var`, `.norm.running_var` | 2 | 1 |
/// | `running_mean` | 0 | 0.25 |
/// | `running_var` | 1 | 0.5 |
/// | `gamma` | 0.2 | 0.1 |
/// | `bias` | 0 | 0.25 |
/// | `num_batches_tracked` | 1000 | 0 |
/// | anything but `weight` | 0 | 2 |
/// | `weight`, of one dimension | 1 | 0.25 |
/// | `weight`, of more dimensions | 0 | `gain * sqrt(3 / fanIn)` |
///
/// Lines two to seven look at the whole last part of the name, after its last dot. `fanIn` is
/// the product of all dimensions but the first, so that such a weight has the variance
/// `gain^2 / fanIn`. The gain is 1, but
///
/// | name ends in | gain |
/// |---|---|
/// | `.conv_scale.conv.weight`, `.small_conv.conv.weight`, `.pos_enc.weight` | 0.5 |
/// | `.mlp.fc2.weight`, `.se.fc1.weight`, `.se.fc2.weight` | 1.5 |
/// | `head.fc.weight` | 4 |
/// | `.qkv.weight`, the rows of q and k (the first two thirds) | 0.625 |
///
/// **Image.** `input`, of shape [batch, channels, height, width]: by the table, uniform in [-2, 2).
///
/// Why these numbers: every branch contributes enough that a mistake in one branch shows; batch norms
/// have statistics of their own, larger where the residual stream that they read has grown; the
/// activations of all published variants stay between about 0.5 and 4; and softmax does not
/// saturate in SA36, where float32 would otherwise lose a digit.
package struct SyntheticWeights: Sendable {
  package let seed: UInt64

  package init(seed: UInt64) {
    self.seed = seed
  }

  /// The tensor `name`, timm's training-form name, row-major.
  ///
  /// - Parameter elements: the elements wanted, counted in row-major order; nil for all.
  package func values(
    named name: String, shape: [Int], elements: Range<Int>? = nil
  ) -> [Float] {
    let key = SplitMix.mix(SplitMix.mix(seed &+ SplitMix.increment) ^ hash(ofName: name))
    let elements = elements ?? 0..<shape.reduce(1, *)
    var values = [Float](repeating: 0, count: elements.count)
    var start = 0
    for segment in Self.segments(ofTensor: name, shape: shape) {
      let range = (start..<start + segment.count).clamped(to: elements)
      var word = key &+ UInt64(range.lowerBound) &* SplitMix.increment
      for index in range {
        word &+= SplitMix.increment
        let uniform = Double(SplitMix.mix(word) >> 40) * 0x1p-23 - 1
        values[index - elements.lowerBound] = Float(segment.offset + segment.scale * uniform)
      }
      start += segment.count
    }
    return values
  }

  /// A synthetic normalised image batch, planar [batch, channels, height, width].
  package func image(batch: Int, channels: Int = 3, height: Int, width: Int) -> [Float] {
    values(named: "input", shape: [batch, channels, height, width])
  }
}

// MARK: - The table

extension SyntheticWeights {
  /// A run of elements that share a distribution.
  private struct Segment {
    var count: Int
    var offset: Double
    var scale: Double
  }

  /// Endings of the variances of norms that read the residual stream, which grows from block to block.
  private static let streamVariances = [
    ".large_conv.bn.running_var", ".mlp.conv.bn.running_var", ".norm.running_var",
  ]

  private static let gains: [(suffix: String, gain: Double)] = [
    (".conv_scale.conv.weight", 0.5),
    (".small_conv.conv.weight", 0.5),
    (".pos_enc.weight", 0.5),
    (".mlp.fc2.weight", 1.5),
    (".se.fc1.weight", 1.5),
    (".se.fc2.weight", 1.5),
    ("head.fc.weight", 4),
  ]

  private static let queryKeyGain = 0.625

  private static func segments(ofTensor name: String, shape: [Int]) -> [Segment] {
    let count = shape.reduce(1, *)
    func whole(_ offset: Double, _ scale: Double) -> [Segment] {
      [Segment(count: count, offset: offset, scale: scale)]
    }
    if streamVariances.contains(where: name.hasSuffix) { return whole(2, 1) }
    switch name.split(separator: ".").last {
    case "running_mean": return whole(0, 0.25)
    case "running_var": return whole(1, 0.5)
    case "gamma": return whole(0.2, 0.1)
    case "bias": return whole(0, 0.25)
    case "num_batches_tracked": return whole(1000, 0)
    case "weight" where shape.count == 1: return whole(1, 0.25)
    case "weight": return matrixSegments(ofTensor: name, shape: shape, count: count)
    default: return whole(0, 2)
    }
  }

  /// The weights of a convolution or linear layer: zero mean, variance gain²/fan-in.
  private static func matrixSegments(
    ofTensor name: String, shape: [Int], count: Int
  ) -> [Segment] {
    let fanIn = Double(shape.dropFirst().reduce(1, *))
    func scale(gain: Double) -> Double { gain * (3 / fanIn).squareRoot() }

    if name.hasSuffix(".qkv.weight") {
      let queriesAndKeys = count / 3 * 2
      return [
        Segment(count: queriesAndKeys, offset: 0, scale: scale(gain: queryKeyGain)),
        Segment(count: count - queriesAndKeys, offset: 0, scale: scale(gain: 1)),
      ]
    }
    let gain = gains.first { name.hasSuffix($0.suffix) }?.gain ?? 1
    return [Segment(count: count, offset: 0, scale: scale(gain: gain))]
  }
}

// MARK: - Words

/// SplitMix64 (Steele, Lea and Flood, 2014) as a function of position: no state to carry.
private enum SplitMix {
  static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

  static func mix(_ word: UInt64) -> UInt64 {
    var word = word
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}

/// FNV-1a, 64 bits, of the UTF-8 bytes of `name`.
private func hash(ofName name: String) -> UInt64 {
  name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
}

extension SyntheticWeights: ParameterSource {
  /// The form whose names the recipe knows. In other forms tensors have other names, and therefore other
  /// values.
  package static let form = CheckpointForm(.timm, isReparameterised: false)

  package var label: String { "synthetic:\(seed)" }

  package func read<Scalar: BinaryFloatingPoint>(
    _ parameter: Parameter, rows: Range<Int>, into values: inout [Scalar]
  ) throws(NetworkError) {
    values = self.values(
      named: parameter.name, shape: parameter.shape, elements: parameter.elements(ofRows: rows)
    ).map { Scalar($0) }
  }

  package func isSinglePrecision(_ parameter: Parameter) -> Bool { true }
}
