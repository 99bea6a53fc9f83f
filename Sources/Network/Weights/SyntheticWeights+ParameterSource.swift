extension SyntheticWeights: ParameterSource {
  /// The form whose names the recipe knows; others have tensors that it would make up differently.
  package static let form = CheckpointForm(.timm, isReparameterised: false)

  package var label: String { "synthetic:\(seed)" }

  package func values(
    of parameter: Parameter, rows: Range<Int>
  ) throws(NetworkError) -> [Double] {
    values(
      named: parameter.name, shape: parameter.shape, elements: parameter.elements(ofRows: rows)
    ).map { Double($0) }
  }
}
