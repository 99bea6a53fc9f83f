import Dispatch
import FastViTExecution
import FastViTFiles
import FastViTNetwork
import FastViTScheduler

/// A FastViT network that is ready for inference. A model is immutable; any number of sessions on any
/// threads may share it.
public struct Model: Sendable {
  /// The published network that the model is.
  public let variant: Variant

  /// The origin of the weights: the path of the file, or `synthetic:SEED`.
  public let source: String

  /// The vector instructions that the kernels use.
  public let instructionSet: VectorInstructions

  /// The network without its weights, which the plan holds in packed form.
  package let graph: Graph<Float>

  let plan: Plan

  /// The team that packed the weights; it has one worker per core that this process may use.
  private let team: Team

  /// The publisher of the weights, which decides how images are prepared.
  let publisher: Publisher

  /// Reads a checkpoint: safetensors or a PyTorch zip file, with Apple's or timm's names, in training
  /// or reparameterised form.
  ///
  /// Folds and packs the weights on all cores that this process may use, then returns. The file is
  /// read through a memory mapping until then: the process crashes if the file is shortened
  /// meanwhile. The model does not need the file afterwards.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - variant: the variant that the file must hold; nil to recognise it from the tensors.
  ///   - instructionSet: the vector instructions that the kernels use; every choice gives the same
  ///     bits.
  ///   - tuning: the choices that were measured to be fast on this machine; gives the same bits.
  /// - Throws: `missingInput` where the file cannot be read; `badData` where the file is broken or
  ///   its tensors are not exactly those of the variant.
  public init(
    contentsOf path: String, variant: Variant? = nil, instructionSet: VectorInstructions = .best,
    tuning: Tuning? = nil
  ) throws(FastViTError) {
    let team = Team()
    let memory = OperandMemory(
      expecting: MappedFile.byteCount(of: path))
    let network: SourceNetwork
    (network, self) = try team.run(expectingMore: true, beginningWith: { memory?.take() }) {
      crew throws(FastViTError) in
      defer { memory?.close() }
      let network = try SourceNetwork(contentsOf: path, variant: variant)
      let model = try Model(
        network, instructionSet: instructionSet, tuning: tuning, into: memory, by: team, on: crew)
      return (network, model)
    }
    // Unmapping waits until every core has dropped the file's pages from its tables. It happens
    // later, on another thread, so that neither the caller nor the first run waits.
    DispatchQueue.global(qos: .utility).asyncAfter(deadline: .now() + .milliseconds(50)) {
      withExtendedLifetime(network) {}
    }
  }

  /// A network with synthetic weights, the same on every machine, for tests and benchmarks.
  ///
  /// - Parameters:
  ///   - variant: the network.
  ///   - seed: every seed gives different weights.
  ///   - classCount: the number of logits, at least one.
  ///   - instructionSet: the vector instructions that the kernels use; every choice gives the same
  ///     bits.
  ///   - tuning: the choices that were measured to be fast on this machine; gives the same bits.
  public init(
    synthetic variant: Variant, seed: UInt64 = 0, classCount: Int = 1000,
    instructionSet: VectorInstructions = .best, tuning: Tuning? = nil
  ) {
    precondition(classCount > 0)
    do {
      let network = SourceNetwork(synthetic: variant, seed: seed, classCount: classCount)
      let team = Team()
      self = try team.run(expectingMore: true) { crew throws(FastViTError) in
        try Model(
          network, instructionSet: instructionSet, tuning: tuning, into: nil, by: team, on: crew)
      }
    } catch {
      preconditionFailure("synthetic weights are always valid: \(error)")
    }
  }

  /// Packs the weights of `network` on `crew`, a crew of `team`, into `memory` where it is not nil.
  private init(
    _ network: SourceNetwork, instructionSet: VectorInstructions, tuning: Tuning?,
    into memory: OperandMemory?, by team: Team, on crew: Crew
  ) throws(FastViTError) {
    do {
      plan = try Plan(
        network.weights, for: instructionSet.value,
        choices: tuning?.choices ?? PlanChoices(), guide: tuning?.guide, into: memory,
        on: crew)
    } catch {
      throw FastViTError(error)
    }
    self.team = team
    self.graph = plan.graph
    self.instructionSet = instructionSet
    variant = network.variant
    source = network.source
    publisher = network.publisher
  }

  /// A team of `threads` workers; nil for one worker per core that this process may use. Returns
  /// the team that packed the weights where it has that many workers, since its workers may still
  /// be awake.
  func team(of threads: Int?) -> Team {
    guard let threads, threads != team.workerCount else { return team }
    return Team(workerCount: threads)
  }

  /// The number of classes, which is the number of logits per image.
  public var classCount: Int { graph.classCount }
}

extension CheckpointContents {
  /// Reads the file at `path` and recognises the network in it.
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
