/// Where a network's tensors come from; any threads may read at the same time.
package protocol ParameterSource: Sendable {
  /// What errors name: a file, or `synthetic:SEED`.
  var label: String { get }

  /// Replaces `values` by some rows of `parameter`, in row-major order: exactly where `Scalar` can hold
  /// them, otherwise rounded once.
  ///
  /// - Parameter rows: along the first dimension.
  func read<Scalar: BinaryFloatingPoint>(
    _ parameter: Parameter, rows: Range<Int>, into values: inout [Scalar]
  ) throws(NetworkError)

  /// Whether `Float` holds all values of `parameter` exactly; false by default.
  func isSinglePrecision(_ parameter: Parameter) -> Bool
}

extension ParameterSource {
  package func isSinglePrecision(_ parameter: Parameter) -> Bool { false }

  /// Whether `Float` holds weight and bias exactly.
  func isSinglePrecision(_ affine: AffineParameters) -> Bool {
    isSinglePrecision(affine.weight) && isSinglePrecision(affine.bias)
  }

  /// Some rows of `parameter`, in row-major order.
  ///
  /// - Parameter rows: along the first dimension.
  func values(of parameter: Parameter, rows: Range<Int>) throws(NetworkError) -> [Double] {
    var values: [Double] = []
    try read(parameter, rows: rows, into: &values)
    return values
  }

  /// All elements of `parameter` in row-major order.
  package func values(of parameter: Parameter) throws(NetworkError) -> [Double] {
    try values(of: parameter, rows: 0..<parameter.shape[0])
  }

  /// The scale and shift of a batch norm.
  ///
  /// - Parameter channels: the channels wanted; nil for all.
  /// - Throws: `badValue` where a variance has no square root: every result of the network would be NaN.
  func batchNorm(
    _ norm: BatchNormParameters, channels: Range<Int>? = nil
  ) throws(NetworkError) -> BatchNorm {
    let channels = channels ?? 0..<norm.weight.shape[0]
    let variance = try values(of: norm.runningVariance, rows: channels)
    if let bad = variance.first(where: { !($0 + BatchNorm.epsilon > 0 && $0.isFinite) }) {
      throw NetworkError.badValue(
        file: label, tensor: norm.runningVariance.name, found: "\(bad)",
        expected: "a finite variance of at least zero")
    }
    return BatchNorm(
      weight: try values(of: norm.weight, rows: channels),
      bias: try values(of: norm.bias, rows: channels),
      mean: try values(of: norm.runningMean, rows: channels), variance: variance)
  }
}
