import Foundation

/// A number type that the references compute in: `Float` as the specification of the fast kernels,
/// `Double` as the oracle against float64 frameworks.
package protocol ReferenceScalar: BinaryFloatingPoint, Sendable {
  /// x · Φ(x), with the exact normal distribution function.
  static func gelu(_ x: Self) -> Self

  /// eˣ.
  static func exponential(_ x: Self) -> Self

  /// 1 / (1 + e⁻ˣ).
  static func sigmoid(_ x: Self) -> Self
}

/// Evaluated by the sequences of `Float+VectorFunctions.swift`.
extension Float: ReferenceScalar {}

/// Evaluated by the system's mathematical library.
extension Double: ReferenceScalar {
  /// Written with erfc, whose relative accuracy holds in the negative tail where `1 + erf` cancels.
  @inline(__always)
  package static func gelu(_ x: Double) -> Double {
    0.5 * x * Foundation.erfc(-x * 0.5.squareRoot())
  }

  @inline(__always)
  package static func exponential(_ x: Double) -> Double {
    Foundation.exp(x)
  }

  @inline(__always)
  package static func sigmoid(_ x: Double) -> Double {
    1 / (1 + Foundation.exp(-x))
  }
}
