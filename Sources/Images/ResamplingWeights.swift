/// For each output position along one axis: which input positions it takes, and how much of each.
///
/// The numbers are those of Pillow's resampling to the last bit: weights are computed and normalised
/// in `Double`, then rounded (halves away from zero) to fixed point with 22 fractional bits, which
/// leaves room in 32 bits for an 8-bit sample, for sums above 1 and for a sign.
struct ResamplingWeights {
  /// Fractional bits of a weight.
  static let precision: Int32 = 32 - 8 - 2

  /// The input positions that output position `i` of the window takes.
  let inputs: [Range<Int>]
  /// The weights of output position `i`, from `i * stride` on.
  let weights: [Int32]
  /// Room for the weights of one output position; the surplus is zero.
  let stride: Int

  /// The weights for a part, `window`, of an axis that is resized from `inputSize` to `outputSize`.
  init(
    from inputSize: Int,
    to outputSize: Int,
    window: Range<Int>,
    interpolation: Interpolation
  ) {
    let scale = Double(inputSize) / Double(outputSize)
    let stretch = max(scale, 1)
    let support = interpolation.support * stretch
    let inverse = 1 / stretch
    let stride = Int(support.rounded(.up)) * 2 + 1
    var inputs: [Range<Int>] = []
    var weights: [Int32] = []
    inputs.reserveCapacity(window.count)
    weights.reserveCapacity(window.count * stride)
    for output in window {
      let centre = (Double(output) + 0.5) * scale
      // Conversion to an integer truncates, as in C: these round half up.
      let first = max(0, Int(centre - support + 0.5))
      let end = min(inputSize, Int(centre + support + 0.5))
      let raw = (first..<end).map { input in
        interpolation.weight(at: (Double(input) - centre + 0.5) * inverse)
      }
      let sum = raw.reduce(0, +)
      inputs.append(first..<end)
      for value in raw { weights.append(Self.fixedPoint(value / sum)) }
      weights.append(contentsOf: repeatElement(0, count: stride - raw.count))
    }
    self.inputs = inputs
    self.weights = weights
    self.stride = stride
  }

  /// All input positions that any output position takes.
  var reach: Range<Int> {
    guard let first = inputs.first, let last = inputs.last else { return 0..<0 }
    return first.lowerBound..<last.upperBound
  }

  private static func fixedPoint(_ weight: Double) -> Int32 {
    let scaled = weight * Double(Int32(1) << precision)
    return Int32(scaled < 0 ? scaled - 0.5 : scaled + 0.5)
  }
}
