/// What a kernel does with a finished sum before it stores it. The sum began with the bias.
package enum Epilogue: String, Sendable, Hashable, CaseIterable {
  /// Nothing.
  case bias
  case gelu
  /// Adds the value at the same place of another feature map.
  case residual
  case relu
  case sigmoid
}

/// A nonlinear function of each value alone.
package enum ActivationFunction: String, Sendable, Hashable, CaseIterable {
  /// x · Φ(x) with the exact normal distribution function (erf), never the tanh approximation.
  case gelu
  /// max(x, 0).
  case relu
  /// 1 / (1 + e⁻ˣ).
  case sigmoid
}

extension Epilogue {
  /// The epilogue that applies `activation`.
  package init(_ activation: ActivationFunction) {
    switch activation {
    case .gelu: self = .gelu
    case .relu: self = .relu
    case .sigmoid: self = .sigmoid
    }
  }

  /// The activation function that is applied; nil where none is.
  package var activation: ActivationFunction? {
    switch self {
    case .gelu: .gelu
    case .relu: .relu
    case .sigmoid: .sigmoid
    case .bias, .residual: nil
    }
  }
}
