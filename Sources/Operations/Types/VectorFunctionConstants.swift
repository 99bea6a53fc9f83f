/// The constants of GELU's sequence of operations, which is written down in `FastViTOperations`.
///
/// With w = −|x|: x · Φ(x) = max(x, 0) + w · Φ(w), and Φ(w) ≈ (P(w) / Q(w))⁴ with
/// P = w² + p₁w + p₀ and Q = q₅w⁵ + … + q₀. The fourth root of Φ is so much smoother than Φ that this
/// short quotient suffices. Fitted by `Generator/Mathematics/fit_vector_functions.py`.
package enum GELU {
  /// The least value of w; lower ones are replaced by it, so that −∞ becomes finite. The fourth power of the
  /// quotient is zero here. The negative of a power of two.
  @inlinable package static var lowest: Float { -0x1p20 }

  @inlinable package static var p1: Float { 13.8289223 }
  @inlinable package static var p0: Float { 48.89291 }

  @inlinable package static var q5: Float { -0.0188564211 }
  @inlinable package static var q4: Float { 0.0108594727 }
  @inlinable package static var q3: Float { -0.12074808 }
  @inlinable package static var q2: Float { 3.69660354 }
  @inlinable package static var q1: Float { 4.84828806 }
  @inlinable package static var q0: Float { 58.1438332 }
}

/// The constants of the exponential's sequence of operations, which is written down in
/// `FastViTOperations`.
///
/// With n = x · log₂e rounded to an integer and f = x − n · ln 2: eˣ = 2ⁿ · eᶠ, and
/// eᶠ ≈ 1 + f + c₂f² + … + c₆f⁶. Fitted by `Generator/Mathematics/fit_vector_functions.py`.
package enum Exponential {
  /// Below, the result is zero: e to this power is less than half of the least subnormal number.
  @inlinable package static var lowest: Float { -104 }
  /// Above, the result is infinite: e to this power exceeds every finite number.
  @inlinable package static var highest: Float { 89 }

  @inlinable package static var log2e: Float { 0x1.715476p+0 }
  /// Adding this rounds to an integer and leaves 254 + n in the low bits: 1.5 · 2²³ + 254, where 254
  /// is twice the bias of an exponent.
  @inlinable package static var rounder: Float { 12_583_166 }
  /// −ln 2, rounded, and what the rounding left.
  @inlinable package static var minusLn2High: Float { -0x1.62e43p-1 }
  @inlinable package static var minusLn2Low: Float { 0x1.05c61p-29 }

  @inlinable package static var c6: Float { 0.001381457 }
  @inlinable package static var c5: Float { 0.0083687315 }
  @inlinable package static var c4: Float { 0.04166839 }
  @inlinable package static var c3: Float { 0.16666521 }
  @inlinable package static var c2: Float { 0.49999994 }
}
