/// A pointwise nonlinearity.
package enum Activation: String, Sendable, Hashable, CaseIterable {
  /// x · Φ(x) with the exact normal distribution function (erf), never the tanh approximation.
  case gelu
  /// max(x, 0).
  case relu
  /// 1 / (1 + e⁻ˣ).
  case sigmoid
}
