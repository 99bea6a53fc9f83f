import FastViTFiles

/// How a checkpoint's tensors differ from the variant's.
package struct CheckpointMismatch: Sendable, Equatable, CustomStringConvertible {
  package let file: String
  /// The variant's name.
  package let variant: String
  package let form: CheckpointForm

  /// Names the variant needs and the checkpoint lacks.
  package let missing: [String]

  /// Names the checkpoint has and the variant does not know.
  package let unexpected: [String]

  /// Tensors of another shape or of a type that holds no weights.
  package let different: [Difference]

  /// One tensor that is not as expected.
  package struct Difference: Sendable, Equatable {
    package let name: String
    package let found: String
    package let expected: String
  }

  package var isEmpty: Bool { missing.isEmpty && unexpected.isEmpty && different.isEmpty }

  /// One line; of long lists the first few and the number of the rest.
  package var description: String {
    let shapes = different.map { "\($0.name) (found \($0.found), expected \($0.expected))" }
    let parts = [
      Self.list("missing", missing), Self.list("unexpected", unexpected),
      Self.list("of another shape", shapes),
    ].compactMap { $0 }
    return "\(file): does not fit \(variant) in \(form) form: " + parts.joined(separator: "; ")
  }

  private static func list(_ title: String, _ names: [String]) -> String? {
    guard !names.isEmpty else { return nil }
    let shown = names.prefix(8).joined(separator: ", ")
    let rest = names.count > 8 ? " and \(names.count - 8) more" : ""
    return "\(names.count) \(title): \(shown)\(rest)"
  }
}

extension CheckpointMismatch {
  /// Compares `tensors`, by name without prefix, with `parameters`.
  ///
  /// - Parameter outside: names without the prefix, which are unexpected.
  init(
    file: String, parameters: NetworkParameters, tensors: [String: Tensor],
    outside: [String]
  ) {
    var missing: [String] = []
    var different: [Difference] = []
    var known = 0
    for parameter in parameters.all {
      guard let tensor = tensors[parameter.name] else {
        if parameter.isRequired { missing.append(parameter.name) }
        continue
      }
      known += 1
      let isWeight = tensor.elementType.isFloatingPoint
      if tensor.shape != parameter.shape || (parameter.isRequired && !isWeight) {
        let type = isWeight ? "" : "\(tensor.elementType) "
        different.append(
          Difference(
            name: parameter.name, found: type + "\(tensor.shape)",
            expected: (parameter.isRequired ? "" : "integer ") + "\(parameter.shape)"))
      }
    }
    var unexpected = outside
    if known < tensors.count {
      let names = Set(parameters.all.map(\.name))
      unexpected += tensors.keys.filter { !names.contains($0) }
    }
    self.init(
      file: file, variant: parameters.architecture.name, form: parameters.form, missing: missing,
      unexpected: unexpected.sorted(), different: different)
  }
}
