/// Where a network's tensors come from.
package protocol ParameterSource {
  /// What to name in errors: a file, or `synthetic:SEED`.
  var label: String { get }

  /// The elements of `parameter` in row-major order.
  func values(of parameter: Parameter) throws(NetworkError) -> [Double]
}

extension ParameterSource {
  /// The scale and shift of a batch norm.
  ///
  /// - Throws: `badValue` where a variance has no square root; the rest of the network would be NaN.
  func batchNorm(_ norm: BatchNormParameters) throws(NetworkError) -> BatchNorm {
    let variance = try values(of: norm.runningVariance)
    if let bad = variance.first(where: { !($0 + BatchNorm.epsilon > 0 && $0.isFinite) }) {
      throw NetworkError.badValue(
        file: label, tensor: norm.runningVariance.name, found: "\(bad)",
        expected: "a finite variance of at least zero")
    }
    return BatchNorm(
      weight: try values(of: norm.weight), bias: try values(of: norm.bias),
      mean: try values(of: norm.runningMean), variance: variance)
  }
}
