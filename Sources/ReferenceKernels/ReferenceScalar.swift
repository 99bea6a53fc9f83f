import Foundation

/// A number type the reference kernels run in: `Float` as the specification of the fast kernels,
/// `Double` as the oracle against float64 frameworks.
package protocol ReferenceScalar: BinaryFloatingPoint, Sendable {}

extension Float: ReferenceScalar {}
extension Double: ReferenceScalar {}

extension ReferenceScalar {
  /// x · Φ(x), evaluated in `Double` and rounded once.
  ///
  /// Written with erfc, whose relative accuracy holds in the negative tail where `1 + erf` cancels.
  @inline(__always)
  static func gelu(_ x: Self) -> Self {
    let wide = Double(x)
    return Self(0.5 * wide * Foundation.erfc(-wide * 0.5.squareRoot()))
  }

  /// 1 / (1 + e⁻ˣ), evaluated in `Double` and rounded once.
  @inline(__always)
  static func sigmoid(_ x: Self) -> Self {
    Self(1 / (1 + Foundation.exp(-Double(x))))
  }

  /// eˣ, evaluated in `Double` and rounded once.
  @inline(__always)
  static func exponential(_ x: Self) -> Self {
    Self(Foundation.exp(Double(x)))
  }
}
