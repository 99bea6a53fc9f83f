import Checkpoints

/// What network a checkpoint holds: the form of its names, the variant, and what does not fit.
package struct CheckpointContents: Sendable {
  package let checkpoint: Checkpoint

  /// What stands before every name of the network, such as `module.`; often empty.
  package let prefix: String

  /// The tensors of the network that fits best.
  package let parameters: NetworkParameters

  package let mismatch: CheckpointMismatch

  /// Tensors of other parts of a larger model, such as a text encoder.
  package let ignored: [String]

  private let tensors: [String: Tensor]

  /// Recognises the network in `checkpoint`.
  ///
  /// - Parameter architecture: the variant it must be; nil to take the one that fits best.
  /// - Throws: `unknownNetwork` or `unknownVariant`; a network that is recognised but does not fit is
  ///   no error here, see `mismatch`.
  package init(
    of checkpoint: Checkpoint, architecture: Architecture? = nil
  ) throws(NetworkError) {
    guard let naming = Self.naming(of: checkpoint) else {
      throw .unknownNetwork(
        file: checkpoint.file, found: Self.summary(of: checkpoint.tensors.map(\.name)))
    }
    let vocabulary = naming.vocabulary
    let prefix = naming.prefix
    var tensors: [String: Tensor] = [:]
    var outside: [String] = []
    for tensor in checkpoint.tensors {
      if tensor.name.hasPrefix(prefix) {
        tensors[String(tensor.name.dropFirst(prefix.count))] = tensor
      } else {
        outside.append(tensor.name)
      }
    }
    let isPartOfLarger = prefix.split(separator: ".").contains { !Self.wrappers.contains($0) }
    let form = CheckpointForm(
      vocabulary, isReparameterised: tensors.keys.contains { $0.contains("reparam_conv.") })
    let classCount = Self.classCount(tensors[vocabulary.head + ".weight"])
    let candidates = (architecture.map { [$0] } ?? Architecture.all).map {
      NetworkParameters($0, form: form, classCount: classCount)
    }
    guard let best = Self.best(among: candidates, for: tensors, mustFit: architecture == nil) else {
      throw .unknownVariant(file: checkpoint.file, found: Self.dimensions(tensors, vocabulary))
    }
    self.checkpoint = checkpoint
    self.prefix = prefix
    self.tensors = tensors
    parameters = best
    ignored = isPartOfLarger ? outside : []
    mismatch = CheckpointMismatch(
      file: checkpoint.file, parameters: best, tensors: tensors,
      outside: isPartOfLarger ? [] : outside)
  }

  /// The tensors as a source for folding.
  ///
  /// - Throws: `mismatch` where the checkpoint does not hold exactly the variant's tensors.
  package func source() throws(NetworkError) -> CheckpointSource {
    guard mismatch.isEmpty else { throw .mismatch(mismatch) }
    return CheckpointSource(label: checkpoint.file, tensors: tensors)
  }

  /// Prefixes that training tools put around a whole model.
  private static let wrappers: Set<Substring> = ["state_dict", "model", "module"]

  /// Whose names, and what stands before them.
  private struct Naming: Hashable {
    let vocabulary: Vocabulary
    let prefix: String

    /// How `name` is written if it is in the stem's first convolution.
    init?(ofStem name: String, _ vocabulary: Vocabulary) {
      guard let range = name.firstRange(of: vocabulary.stem(0) + ".") else { return nil }
      prefix = String(name[..<range.lowerBound])
      guard prefix.isEmpty || prefix.hasSuffix(".") else { return nil }
      self.vocabulary = vocabulary
    }
  }

  /// The naming of the network in `checkpoint`, recognised by the stem's first convolution. Where
  /// several networks are in one file, the one with most tensors there, the first of equals.
  private static func naming(of checkpoint: Checkpoint) -> Naming? {
    var counts: [Naming: Int] = [:]
    var found: [Naming] = []
    for tensor in checkpoint.tensors {
      for vocabulary in Vocabulary.allCases {
        guard let naming = Naming(ofStem: tensor.name, vocabulary) else { continue }
        if counts.updateValue(counts[naming, default: 0] + 1, forKey: naming) == nil {
          found.append(naming)
        }
      }
    }
    let most = counts.values.max()
    return found.first { counts[$0] == most }
  }

  /// The head's rows; 1000 where there is no usable head, which the comparison then reports.
  private static func classCount(_ head: Tensor?) -> Int {
    guard let head, head.shape.count == 2, head.shape[0] > 0 else { return 1000 }
    return head.shape[0]
  }

  /// The candidate with most tensors in common and fewest apart; nil where not even half of its own
  /// are there.
  private static func best(
    among candidates: [NetworkParameters], for tensors: [String: Tensor], mustFit: Bool
  ) -> NetworkParameters? {
    func common(_ candidate: NetworkParameters) -> Int {
      candidate.all.count { tensors[$0.name]?.shape == $0.shape }
    }
    let scored = candidates.map { candidate in
      let common = common(candidate)
      return (candidate, common, apart: candidate.all.count + tensors.count - 2 * common)
    }
    guard let best = scored.max(by: { $0.1 - $0.apart < $1.1 - $1.apart }) else { return nil }
    return mustFit && best.1 * 2 < best.0.all.count ? nil : best.0
  }

  /// The width and depths of a network that is none of the variants, for the error.
  private static func dimensions(_ tensors: [String: Tensor], _ vocabulary: Vocabulary) -> String {
    let stem = tensors.filter { $0.key.hasPrefix(vocabulary.stem(0)) }
    let width = stem.values.compactMap(\.shape.first).max() ?? 0
    return "a FastViT-like network of \(tensors.count) tensors, \(width) channels wide"
  }

  private static func summary(of names: [String]) -> String {
    guard let first = names.first else { return "no tensors" }
    return "\(names.count) tensors such as '\(first.prefix(60))'"
  }
}

/// The tensors of a checkpoint that fits.
package struct CheckpointSource: ParameterSource {
  package let label: String
  fileprivate let tensors: [String: Tensor]

  /// The elements of `parameter` in row-major order.
  ///
  /// - Throws: `badValue` where one is NaN or beyond single precision: every result would be NaN.
  package func values(of parameter: Parameter) throws(NetworkError) -> [Double] {
    guard let tensor = tensors[parameter.name] else {
      preconditionFailure("a matched checkpoint holds every tensor of its network")
    }
    let values = tensor.values(as: Double.self)
    if let index = values.firstIndex(where: { !Float($0).isFinite }) {
      throw .badValue(
        file: label, tensor: parameter.name, found: "\(values[index]) at element \(index)",
        expected: "finite numbers of single precision")
    }
    return values
  }
}
