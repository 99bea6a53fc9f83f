import FastViTFiles

/// The network that a checkpoint holds: the form of its names, the variant, and what does not fit.
package struct CheckpointContents: Sendable {
  package let checkpoint: Checkpoint

  /// The beginning that all names of the network share, such as `module.`; often empty.
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
  /// - Throws: `unknownNetwork` or `unknownVariant`. A network that is recognised but does not fit is no
  ///   error here; see `mismatch`.
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
    tensors.reserveCapacity(checkpoint.tensors.count)
    var outside: [String] = []
    for tensor in checkpoint.tensors {
      if prefix.isEmpty {
        tensors[tensor.name] = tensor
      } else if tensor.name.hasPrefix(prefix) {
        let name = tensor.name.utf8.dropFirst(prefix.utf8.count)
        tensors[String(decoding: name, as: UTF8.self)] = tensor
      } else {
        outside.append(tensor.name)
      }
    }
    let isPartOfLarger = prefix.split(separator: ".").contains { part in
      !Self.wrappers.contains { part == $0 }
    }
    let form = CheckpointForm(
      vocabulary,
      isReparameterised: tensors.keys.contains {
        $0.position(ofPath: Vocabulary.reparameterised) != nil
      })
    var scores = ArchitectureScores(vocabulary) { tensors[$0]?.shape }
    let parameters = NetworkParameters(
      architecture ?? scores.best(of: Architecture.all), form: form,
      classCount: Self.classCount(tensors[vocabulary.classifier + ".weight"]))
    mismatch = CheckpointMismatch(
      file: checkpoint.file, parameters: parameters, tensors: tensors,
      outside: isPartOfLarger ? [] : outside)
    guard
      mismatch.isEmpty || architecture != nil || Self.areMostlyThere(parameters, in: tensors)
    else {
      throw .unknownVariant(file: checkpoint.file, found: Self.dimensions(tensors, vocabulary))
    }
    self.checkpoint = checkpoint
    self.prefix = prefix
    self.tensors = tensors
    self.parameters = parameters
    ignored = isPartOfLarger ? outside : []
  }

  /// Who published the weights, as the names and the prefix tell.
  package var publisher: Publisher {
    if prefix.contains("image_encoder.") { return .mobileCLIP }
    return switch parameters.form.vocabulary {
    case .apple: .apple
    case .timm: .timm
    }
  }

  /// The tensors as a source for folding.
  ///
  /// - Throws: `mismatch` where the checkpoint does not hold exactly the variant's tensors.
  package func source() throws(NetworkError) -> CheckpointSource {
    guard mismatch.isEmpty else { throw .mismatch(mismatch) }
    return CheckpointSource(label: checkpoint.file, tensors: tensors)
  }

  /// Prefixes that training tools add to all names of a model.
  private static let wrappers = ["state_dict", "model", "module"]

  /// A vocabulary, the prefix of its names, and the number of tensors of the stem's first convolution.
  private struct Naming {
    let vocabulary: Vocabulary
    let prefix: String
    var count = 0
  }

  /// The naming of the network in `checkpoint`, recognised by the stem's first convolution. Where
  /// several networks are in one file, the network with most tensors there, the first of equals.
  private static func naming(of checkpoint: Checkpoint) -> Naming? {
    var found: [Naming] = []
    /// Places in `found`, by the whole path of the convolution.
    var places: [String: Int] = [:]
    let stems = Vocabulary.allCases.map { (vocabulary: $0, path: $0.stem(0)) }
    for tensor in checkpoint.tensors {
      for stem in stems {
        guard let position = tensor.name.position(ofPath: stem.path) else { continue }
        let prefix = String(decoding: tensor.name.utf8.prefix(position), as: UTF8.self)
        let place = places[prefix + stem.path] ?? found.endIndex
        if place == found.endIndex {
          places[prefix + stem.path] = place
          found.append(Naming(vocabulary: stem.vocabulary, prefix: prefix))
        }
        found[place].count += 1
      }
    }
    let most = found.map(\.count).max()
    return found.first { $0.count == most }
  }

  /// The classifier's rows; 1000 where there is no usable classifier, which the comparison then reports.
  private static func classCount(_ head: Tensor?) -> Int {
    guard let head, head.shape.count == 2, head.shape[0] > 0 else { return 1000 }
    return head.shape[0]
  }

  /// Whether half of the tensors of `parameters` are in `tensors`, with their shapes.
  private static func areMostlyThere(
    _ parameters: NetworkParameters, in tensors: [String: Tensor]
  ) -> Bool {
    parameters.all.count { tensors[$0.name]?.shape == $0.shape } * 2 >= parameters.all.count
  }

  /// The number of tensors and the width of a network that is none of the variants, for the error.
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

extension String {
  /// The place, in bytes, at which `path` begins as a whole part of this name, followed by a dot, as in
  /// `a.path.b`; nil where there is none. The search compares bytes, because every name of a file is
  /// searched.
  fileprivate func position(ofPath path: String) -> Int? {
    let (text, path) = (utf8.span, path.utf8.span)
    let dot = UInt8(ascii: ".")
    var start = 0
    while start + path.count < text.count {
      var matching = 0
      while matching < path.count, text[start + matching] == path[matching] { matching += 1 }
      if matching == path.count, text[start + matching] == dot { return start }
      while start < text.count, text[start] != dot { start += 1 }
      start += 1
    }
    return nil
  }
}
