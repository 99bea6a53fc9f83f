/// The input positions of each output position along one axis, and their weights.
///
/// The weights have the bits of Pillow's: they are computed and normalised in `Double`, and then
/// rounded, with halves away from zero, to fixed point with 22 fractional bits. The other 10 bits of 32
/// hold an 8-bit sample, an overshoot above 1, and the sign.
struct ResamplingWeights {
  /// Number of fractional bits of a weight.
  static let precision: Int32 = 32 - 8 - 2

  /// The input positions that contribute to each output position of the window.
  let inputs: [Range<Int>]
  /// The weights of all output positions; those of output position `i` begin at index `i * stride`.
  let weights: [Int32]
  /// Number of weights stored per output position; surplus weights are zero.
  let stride: Int

  /// The weights for the output positions `window` of an axis that is resized from `inputSize` to
  /// `outputSize` pixels.
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
      // Conversion to `Int` truncates as in C, so adding 0.5 rounds halves up.
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

  /// The range of all input positions that contribute to any output position.
  var reach: Range<Int> {
    guard let first = inputs.first, let last = inputs.last else { return 0..<0 }
    return first.lowerBound..<last.upperBound
  }

  private static func fixedPoint(_ weight: Double) -> Int32 {
    let scaled = weight * Double(Int32(1) << precision)
    return Int32(scaled < 0 ? scaled - 0.5 : scaled + 0.5)
  }
}
