import FastViTTestSupport
import Foundation
import Testing

@testable import FastViTOperations

/// The vector functions of one `Float`, compared with their values in `Double`.
///
/// `Generator/Mathematics/measure_vector_functions.c` measures the same over all floats. The tests try
/// every `step`-th bit pattern of a range, and the range's ends.
@Suite struct VectorFunctionTests {
  /// How far `found` is from `exact`, in units of the last place of `exact` as a `Float`.
  private func unitsInTheLastPlace(_ found: Float, _ exact: Double) -> Double {
    (Double(found) - exact).magnitude / Double(Float(exact).ulp)
  }

  /// Calls `body` with every `step`-th float from `low` to `high`, which have the same sign.
  private func sweep(_ low: Float, _ high: Float, step: UInt32 = 10007, _ body: (Float) -> Void) {
    let ends = [low.bitPattern, high.bitPattern].sorted()
    for pattern in stride(from: ends[0], through: ends[1], by: Int(step)) {
      body(Float(bitPattern: pattern))
    }
    body(low)
    body(high)
  }

  /// Whether `condition` is true for all floats that `sweep` tries.
  private func holds(_ low: Float, _ high: Float, _ condition: (Float) -> Bool) -> Bool {
    var all = true
    sweep(low, high) { x in all = all && condition(x) }
    return all
  }

  @Test func gelu() {
    var farthest = 0.0
    var mostUnits = 0.0
    for (low, high) in [(Float(-20), Float(-0.0)), (0, 20)] {
      sweep(low, high) { x in
        let exact = Double.gelu(Double(x))
        let found = Float.gelu(x)
        farthest = max(farthest, (Double(found) - exact).magnitude)
        if x >= 0.5 { mostUnits = max(mostUnits, unitsInTheLastPlace(found, exact)) }
      }
    }
    #expect(farthest <= 1e-6)
    #expect(mostUnits <= 4)
  }

  /// Every float in a part of the region where the error in units of the last place is largest.
  @Test func geluWhereItIsWorst() {
    var mostUnits = 0.0
    sweep(0.5, 0.52, step: 1) { x in
      mostUnits = max(mostUnits, unitsInTheLastPlace(Float.gelu(x), Double.gelu(Double(x))))
    }
    #expect(mostUnits <= 4)
    #expect(mostUnits > 1, "the measure has no power")
  }

  @Test func geluSaturates() {
    #expect(holds(6, .greatestFiniteMagnitude) { Float.gelu($0) == $0 })
    #expect(holds(-0x1p20, -.greatestFiniteMagnitude) { Float.gelu($0) == 0 })
  }

  @Test func exponential() {
    var mostUnits = 0.0
    for (low, high) in [(Float(-104), Float(-0.0)), (0, 88.72283)] {
      sweep(low, high) { x in
        mostUnits = max(mostUnits, unitsInTheLastPlace(Float.exponential(x), exp(Double(x))))
      }
    }
    #expect(mostUnits <= 1)
    #expect(holds(-103.98, -.greatestFiniteMagnitude) { Float.exponential($0) == 0 })
    #expect(holds(88.72284, .greatestFiniteMagnitude) { Float.exponential($0) == .infinity })
  }

  @Test func sigmoid() {
    var mostUnits = 0.0
    for (low, high) in [(Float(-104), Float(-0.0)), (0, 104)] {
      sweep(low, high) { x in
        mostUnits = max(mostUnits, unitsInTheLastPlace(Float.sigmoid(x), Double.sigmoid(Double(x))))
      }
    }
    #expect(mostUnits <= 3)
    #expect(holds(20, .greatestFiniteMagnitude) { Float.sigmoid($0) == 1 })
    #expect(holds(-104, -.greatestFiniteMagnitude) { Float.sigmoid($0) == 0 })
  }

  @Test func zerosAndInfinities() {
    #expect(Float.gelu(0).bitPattern == Float(0).bitPattern)
    #expect(Float.gelu(-0.0).bitPattern == Float(-0.0).bitPattern)
    #expect(Float.gelu(.infinity) == .infinity)
    #expect(Float.gelu(-.infinity).bitPattern == Float(0).bitPattern)
    for zero in [Float(0), -0.0] {
      #expect(Float.exponential(zero) == 1)
      #expect(Float.sigmoid(zero) == 0.5)
    }
    #expect(Float.exponential(.infinity) == .infinity)
    #expect(Float.exponential(-.infinity).bitPattern == Float(0).bitPattern)
    #expect(Float.sigmoid(.infinity) == 1)
    #expect(Float.sigmoid(-.infinity).bitPattern == Float(0).bitPattern)
  }

  @Test func notANumberRemainsOne() {
    for nan in [Float.nan, -Float.nan, .signalingNaN, Float(nan: 5, signaling: false)] {
      #expect(Float.gelu(nan).isNaN)
      #expect(Float.exponential(nan).isNaN)
      #expect(Float.sigmoid(nan).isNaN)
    }
  }

  /// Of subnormal values, GELU is the half, the exponential is 1 and the sigmoid is 1/2.
  @Test func subnormals() {
    let least = Float.leastNonzeroMagnitude
    for x in [least, 2 * least, 1001 * least, Float.leastNormalMagnitude, -2 * least] {
      #expect((Float.gelu(x) - x / 2).magnitude <= max(least, 1e-5 * x.magnitude))
      #expect(Float.exponential(x) == 1)
      #expect(Float.sigmoid(x) == 0.5)
    }
  }

  /// Softmax subtracts the largest score, so no weight may exceed one.
  @Test func exponentialOfNothingPositiveExceedsOne() {
    #expect(holds(-104, -0.0) { Float.exponential($0) <= 1 })
  }
}
