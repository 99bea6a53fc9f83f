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
    let best = Self.best(
      among: architecture.map { [$0] } ?? Architecture.all, form: form,
      classCount: Self.classCount(tensors[vocabulary.head + ".weight"]), for: tensors)
    guard let best, architecture != nil || best.common * 2 >= best.parameters.all.count else {
      throw .unknownVariant(file: checkpoint.file, found: Self.dimensions(tensors, vocabulary))
    }
    self.checkpoint = checkpoint
    self.prefix = prefix
    self.tensors = tensors
    parameters = best.parameters
    ignored = isPartOfLarger ? outside : []
    mismatch = CheckpointMismatch(
      file: checkpoint.file, parameters: best.parameters, tensors: tensors,
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
  private static let wrappers = ["state_dict", "model", "module"]

  /// Whose names, what stands before them, and how many tensors the stem's first convolution has.
  private struct Naming {
    let vocabulary: Vocabulary
    let prefix: String
    var count = 0
  }

  /// The naming of the network in `checkpoint`, recognised by the stem's first convolution. Where
  /// several networks are in one file, the one with most tensors there, the first of equals.
  private static func naming(of checkpoint: Checkpoint) -> Naming? {
    var found: [Naming] = []
    /// By the convolution's whole path.
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

  /// The head's rows; 1000 where there is no usable head, which the comparison then reports.
  private static func classCount(_ head: Tensor?) -> Int {
    guard let head, head.shape.count == 2, head.shape[0] > 0 else { return 1000 }
    return head.shape[0]
  }

  /// The network with most tensors in common and fewest apart, and the number of those in common.
  private static func best(
    among architectures: [Architecture], form: CheckpointForm, classCount: Int,
    for tensors: [String: Tensor]
  ) -> (parameters: NetworkParameters, common: Int)? {
    var best: (parameters: NetworkParameters, common: Int, apart: Int)?
    for architecture in architectures {
      let candidate = NetworkParameters(architecture, form: form, classCount: classCount)
      let common = candidate.all.count { tensors[$0.name]?.shape == $0.shape }
      let apart = candidate.all.count + tensors.count - 2 * common
      if best.map({ $0.common - $0.apart < common - apart }) ?? true {
        best = (candidate, common, apart)
      }
      // No other can have these very tensors.
      if apart == 0 { break }
    }
    return best.map { ($0.parameters, $0.common) }
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

extension String {
  /// The place, in bytes, at which `path` begins and goes on behind a dot, as in `a.path.b`; nil where
  /// it is no part of this path. A search in bytes, for it looks at every name of a file.
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
