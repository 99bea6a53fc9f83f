import Checkpoints
import Execution
import Network

/// A FastViT ready for inference: immutable, shared by any number of sessions on any threads.
public struct Model: Sendable {
  /// Which of the published networks it is.
  public let variant: Variant

  /// Where the weights came from: the file, or `synthetic:SEED`.
  public let source: String

  package let graph: Graph<Float>

  /// Who published the weights, which decides how pictures are prepared.
  let publisher: Publisher

  /// Reads a checkpoint: safetensors or a PyTorch zip file, with Apple's or timm's names, in training
  /// or reparameterised form.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - variant: the variant it must hold; nil to find out from the tensors.
  /// - Throws: `missingInput` without a readable file; `badData` where the file is broken or its
  ///   tensors are not exactly the variant's.
  public init(contentsOf path: String, variant: Variant? = nil) throws(FastViTError) {
    let contents = try CheckpointContents.read(path, variant: variant)
    try self.init(
      contents.parameters, source: path, publisher: Publisher(of: contents)
    ) { () throws(NetworkError) in try contents.source() }
  }

  /// A network of made-up weights, the same on every machine: for tests and benchmarks.
  ///
  /// - Parameters:
  ///   - variant: the network.
  ///   - seed: other seeds give other weights.
  ///   - classCount: the number of logits, at least one.
  public init(synthetic variant: Variant, seed: UInt64 = 0, classCount: Int = 1000) {
    precondition(classCount > 0)
    let parameters = NetworkParameters(
      variant.architecture, form: SyntheticWeights.form, classCount: classCount)
    let weights = SyntheticWeights(seed: seed)
    do {
      try self.init(parameters, source: weights.label, publisher: .timm) { weights }
    } catch {
      preconditionFailure("synthetic weights are always valid: \(error)")
    }
  }

  private init(
    _ parameters: NetworkParameters, source: String, publisher: Publisher,
    weights: () throws(NetworkError) -> some ParameterSource
  ) throws(FastViTError) {
    do {
      graph = try Graph(parameters, from: try weights())
    } catch {
      throw FastViTError(error)
    }
    variant = Variant(parameters.architecture)
    self.source = source
    self.publisher = publisher
  }

  /// The number of classes the logits are for.
  public var classCount: Int { graph.classCount }
}

extension CheckpointContents {
  /// Reads the file at `path` and recognises its network.
  static func read(_ path: String, variant: Variant?) throws(FastViTError) -> CheckpointContents {
    let checkpoint: Checkpoint
    do {
      checkpoint = try Checkpoint(contentsOf: path)
    } catch {
      throw FastViTError(error)
    }
    do {
      return try CheckpointContents(of: checkpoint, architecture: variant?.architecture)
    } catch {
      throw FastViTError(error)
    }
  }
}
