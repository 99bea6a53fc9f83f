import FastViTCatalogue
import FastViTOperations
import FastViTTestSupport
import Testing

/// The multiply-add of every module, compared byte by byte with a correctly rounded one, on values that
/// are hard to round.
///
/// Kernel modules do not export the multiply-add, so the tests call pointwise kernels on one channel, whose
/// outputs are bias + input · weight. The tests matter most where the CPU has no instruction for it: random
/// values of one magnitude show an error there once in a billion products.
@Suite struct MultiplyAddTests {
  @Test(arguments: MultiplyAddCases.Kind.allCases)
  func roundsOnce(kind: MultiplyAddCases.Kind) {
    var random = SeededGenerator(19)
    for _ in 0..<25 {
      let cases = MultiplyAddCases(kind, count: 4096, using: &random)
      let expected = cases.roundedOnce
      for kernel in KernelCatalogue.generated.kernels(PointwiseKernel.self)
      where kernel.epilogue == .bias && kernel.instructionSet.runsHere {
        let found = Self.output(of: kernel, cases)
        let difference = firstDifference(found, Array(expected.prefix(found.count)), anyNaN: true)
        #expect(difference == nil, "\(kernel.instructionSet) \(kernel.name) of \(cases.left)")
      }
    }
  }

  /// sum + left · right for as many cases as fill whole panels of the kernel.
  private static func output(of kernel: PointwiseKernel, _ cases: MultiplyAddCases) -> [Float] {
    let panels = cases.sums.count / kernel.panelWidth
    let count = panels * kernel.panelWidth
    let input = GuardedFloats([cases.left])
    let weights = GuardedFloats(Array(cases.rights.prefix(count)))
    let bias = GuardedFloats(Array(cases.sums.prefix(count)))
    let output = GuardedFloats(poisoned: count)
    kernel.function(
      1, panels, 1, input.start, 1, weights.start, bias.start, nil, 0, output.start, count)
    return output.values
  }

  /// The cases test the rounding only if a plain sum in `Double` fails some of them.
  @Test func roundingTwiceFailsWhereProductsAreMidpoints() {
    var random = SeededGenerator(19)
    let cases = MultiplyAddCases(.productIsMidpoint, count: 1000, using: &random)
    let roundedTwice = zip(cases.rights, cases.sums).map {
      Float(Double(cases.left) * Double($0) + Double($1))
    }
    let wrong = zip(roundedTwice, cases.roundedOnce).count { $0 != $1 }
    #expect(wrong > 250)
  }
}

/// Operands of sum + left · right that have one factor in common.
struct MultiplyAddCases {
  enum Kind: CaseIterable {
    /// Any bit patterns, including subnormal and special values.
    case bitPatterns
    /// Products that are midpoints between floats, as 4097 · 4099 is, and sums that are so small that they
    /// only decide the direction of rounding.
    case productIsMidpoint
    /// Products next to half a unit in the last place of the sum, or an odd multiple.
    case productIsHalfUlp
    /// Products next to the negative of the sum.
    case cancellation
    /// Zeros, infinities, NaN and the ends of the ranges.
    case special
  }

  let left: Float
  let rights: [Float]
  let sums: [Float]

  /// The exact values, rounded.
  var roundedOnce: [Float] {
    zip(rights, sums).map { $1.addingProduct(left, $0) }
  }

  private static let special: [Float] = [
    0, 1, 0x1p-24, 0x1.fffffep-1, 0x1.000002p0, 0x1p-75, 0x1.8p-75, .leastNonzeroMagnitude,
    .leastNormalMagnitude, .greatestFiniteMagnitude, .infinity, .nan,
  ].flatMap { [$0, -$0] }

  init(_ kind: Kind, count: Int, using random: inout SeededGenerator) {
    switch kind {
    case .productIsMidpoint: left = Self.short(&random)
    case .special: left = Self.special.randomElement(using: &random) ?? 0
    case .bitPatterns, .productIsHalfUlp, .cancellation: left = Self.any(&random)
    }
    let factor = left
    let pairs = (0..<count).map { _ in Self.pair(kind, factor, &random) }
    rights = pairs.map(\.right)
    sums = pairs.map(\.sum)
  }

  private static func pair(
    _ kind: Kind, _ left: Float, _ random: inout SeededGenerator
  ) -> (right: Float, sum: Float) {
    switch kind {
    case .bitPatterns:
      return (any(&random), any(&random))
    case .productIsMidpoint:
      let right = short(&random)
      let sign: Float = Bool.random(using: &random) ? 1 : -1
      return (right, left * right * sign * powerOfTwo(-90 ... -26, &random))
    case .productIsHalfUlp:
      let sum = any(&random)
      let halves = Double([1, 1, 3, 5].randomElement(using: &random) ?? 1)
      return (near(Double(sum.ulp) / 2 * halves / Double(left), &random), sum)
    case .cancellation:
      let right = any(&random)
      return (right, near(-Double(left) * Double(right), &random))
    case .special:
      return (
        special.randomElement(using: &random) ?? 0, special.randomElement(using: &random) ?? 0
      )
    }
  }

  private static func any(_ random: inout SeededGenerator) -> Float {
    Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
  }

  /// A float of 13 bits, the last of which is 1. The product of two such floats has 25 bits, one more than
  /// a `Float`.
  private static func short(_ random: inout SeededGenerator) -> Float {
    let bits = Float(2 * Int.random(in: 2048...2895, using: &random) + 1)
    return bits * powerOfTwo(-30...10, &random)
  }

  private static func powerOfTwo(
    _ exponents: ClosedRange<Int>, _ random: inout SeededGenerator
  ) -> Float {
    Float(sign: .plus, exponent: .random(in: exponents, using: &random), significand: 1)
  }

  /// `value` as a float, or one of the four nearest to it.
  private static func near(_ value: Double, _ random: inout SeededGenerator) -> Float {
    let nearest = Float(value)
    guard nearest.isFinite else { return nearest }
    let steps = UInt32(truncatingIfNeeded: Int.random(in: -2...2, using: &random))
    return Float(bitPattern: nearest.bitPattern &+ steps)
  }
}
