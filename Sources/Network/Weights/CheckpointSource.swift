import FastViTFiles

/// The tensors of a checkpoint that fits.
package struct CheckpointSource: ParameterSource {
  package let label: String
  private let tensors: [String: Tensor]

  /// - Parameters:
  ///   - label: the file.
  ///   - tensors: all tensors of a network, by their names in the network.
  init(label: String, tensors: [String: Tensor]) {
    self.label = label
    self.tensors = tensors
  }

  /// Replaces `values` by some rows of `parameter`, in row-major order: exactly where `Scalar` can hold
  /// them, otherwise rounded once.
  ///
  /// - Throws: `badValue` where a value is NaN or beyond single precision: every result would be NaN.
  package func read<Scalar: BinaryFloatingPoint>(
    _ parameter: Parameter, rows: Range<Int>, into values: inout [Scalar]
  ) throws(NetworkError) {
    let tensor = tensor(parameter)
    let elements = parameter.elements(ofRows: rows)
    if !tensor.read(elements, into: &values),
      let index = values.firstIndex(where: { !Float($0).isFinite })
    {
      let element = elements.lowerBound + index
      // The error names the value in the file: `values` holds infinity for what is beyond `Scalar`.
      let found = tensor.values(as: Double.self, elements: element..<element + 1)[0]
      throw .badValue(
        file: label, tensor: parameter.name, found: "\(found) at element \(element)",
        expected: "finite numbers of single precision")
    }
  }

  /// Whether `Float` holds all values of `parameter` exactly.
  package func isSinglePrecision(_ parameter: Parameter) -> Bool {
    tensor(parameter).elementType.isSinglePrecision
  }

  private func tensor(_ parameter: Parameter) -> Tensor {
    guard let tensor = tensors[parameter.name] else {
      preconditionFailure("a matched checkpoint holds every tensor of its network")
    }
    return tensor
  }
}
