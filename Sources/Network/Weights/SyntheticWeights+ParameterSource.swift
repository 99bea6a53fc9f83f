extension SyntheticWeights: ParameterSource {
  /// The form whose names the recipe knows; others have tensors that it would make up differently.
  package static let form = CheckpointForm(.timm, isReparameterised: false)

  package var label: String { "synthetic:\(seed)" }

  package func read<Scalar: BinaryFloatingPoint>(
    _ parameter: Parameter, rows: Range<Int>, into values: inout [Scalar]
  ) throws(NetworkError) {
    values = self.values(
      named: parameter.name, shape: parameter.shape, elements: parameter.elements(ofRows: rows)
    ).map { Scalar($0) }
  }

  package func isSinglePrecision(_ parameter: Parameter) -> Bool { true }
}
