/// Reproducible pseudo-random numbers (SplitMix64), so that a failure can be repeated.
package struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  /// The numbers of `seed`, from the first one on.
  package init(_ seed: UInt64) {
    state = seed
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  /// `count` numbers in `range`.
  package mutating func doubles(_ count: Int, in range: ClosedRange<Double> = -1...1) -> [Double] {
    (0..<count).map { _ in Double.random(in: range, using: &self) }
  }

  /// `count` numbers in `range`, rounded to `Float`.
  package mutating func floats(_ count: Int, in range: ClosedRange<Double> = -1...1) -> [Float] {
    doubles(count, in: range).map { Float($0) }
  }
}

/// ‖found − expected‖ / ‖expected‖; infinite where the counts differ or a value is not finite.
package func relativeError(_ found: [Double], _ expected: [Double]) -> Double {
  guard found.count == expected.count, found.allSatisfy(\.isFinite) else { return .infinity }
  let difference = zip(found, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  let size = expected.reduce(0) { $0 + $1 * $1 }
  return (difference / size).squareRoot()
}
