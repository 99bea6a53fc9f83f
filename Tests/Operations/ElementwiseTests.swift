import FastViTOperations
import FastViTTestSupport
import Foundation
import Testing

@testable import FastViTOperations

@Suite struct ElementwiseTests {
  private func activated<Scalar: ReferenceScalar>(
    _ activation: ActivationFunction, _ x: [Scalar]
  ) -> [Scalar] {
    var output = [Scalar](repeating: .nan, count: x.count)
    var span = output.mutableSpan
    activate(activation, x.span, into: &span)
    return output
  }

  /// Values of GELU, from mpmath.
  @Test func geluAtKnownPoints() {
    let points: [(Double, Double)] = [
      (0, 0), (1, 0.841_344_746_068_542_95), (-1, -0.158_655_253_931_457_05),
      (3, 2.995_950_305_905_109_72), (-3, -0.004_049_694_094_890_283_6),
      (-8, -4.976_768_459_417_427_3e-15), (20, 20),
    ]
    for (x, expected) in points {
      let found = activated(.gelu, [x])[0]
      #expect((found - expected).magnitude <= 1e-13 * expected.magnitude, "gelu(\(x)) = \(found)")
    }
  }

  @Test func specialValues() {
    #expect(activated(.gelu, [Float.infinity, -0.0, .leastNonzeroMagnitude])[0] == .infinity)
    #expect(activated(.gelu, [Float(-0.0)])[0].sign == .minus)
    #expect(activated(.gelu, [Float.nan])[0].isNaN)
    #expect(activated(.relu, [Float(-1), 0, 2]) == [0, 0, 2])
    #expect(activated(.sigmoid, [Float(-200), 0, 200]) == [0, 0.5, 1])
  }

  @Test func addScaleAndPool() {
    let x: [Double] = [1, 2, 3, 4, 5, 6]
    var sum = [Double](repeating: .nan, count: 6)
    var sumSpan = sum.mutableSpan
    add(x.span, x.span, into: &sumSpan)
    #expect(sum == [2, 4, 6, 8, 10, 12])

    let factors: [Double] = [10, -1]
    var scaled = [Double](repeating: .nan, count: 6)
    var scaledSpan = scaled.mutableSpan
    scaleChannels(x.span, by: factors.span, into: &scaledSpan)
    #expect(scaled == [10, -2, 30, -4, 50, -6])

    var means = [Double](repeating: .nan, count: 2)
    var meansSpan = means.mutableSpan
    globalAveragePool(x.span, into: &meansSpan)
    #expect(means == [3, 4])
  }
}
