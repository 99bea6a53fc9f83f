import Checkpoints
import Dispatch
import Execution
import Network
import Scheduler

/// A FastViT ready for inference: immutable, shared by any number of sessions on any threads.
public struct Model: Sendable {
  /// Which of the published networks it is.
  public let variant: Variant

  /// Where the weights came from: the file, or `synthetic:SEED`.
  public let source: String

  /// The vector instructions its kernels use.
  public let instructionSet: InstructionSet

  /// The network without weights; these are packed in the plan.
  package let graph: Graph<Float>

  let plan: Plan

  /// Those who packed the weights, of as many workers as this process may use cores.
  private let team: Team

  /// Who published the weights, which decides how pictures are prepared.
  let publisher: Publisher

  /// Reads a checkpoint: safetensors or a PyTorch zip file, with Apple's or timm's names, in training
  /// or reparameterised form.
  ///
  /// Returns when the weights are folded and packed, which all cores of this process share. The file is
  /// read through a mapping until then: whoever shortens it meanwhile ends the process. Afterwards it is
  /// not needed, and unmapped soon.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - variant: the variant it must hold; nil to find out from the tensors.
  ///   - instructionSet: what its kernels use; every choice gives the same bits.
  ///   - tuning: what was measured to be fast on this machine; gives the same bits.
  /// - Throws: `missingInput` without a readable file; `badData` where the file is broken or its
  ///   tensors are not exactly the variant's.
  public init(
    contentsOf path: String, variant: Variant? = nil, instructionSet: InstructionSet = .best,
    tuning: Tuning? = nil
  ) throws(FastViTError) {
    let team = Team()
    let memory = OperandMemory(
      expecting: Checkpoint.byteCount(of: path) / MemoryLayout<Float>.stride)
    let network: SourceNetwork
    (network, self) = try team.run(expectingMore: true, beginningWith: { memory?.take() }) {
      crew throws(FastViTError) in
      defer { memory?.close() }
      let network = try SourceNetwork(contentsOf: path, variant: variant)
      let model = try Model(
        network, instructionSet: instructionSet, tuning: tuning, into: memory, by: team, on: crew)
      return (network, model)
    }
    // To unmap a file is to wait until every core has forgotten its pages: not for the caller, nor
    // beside the first run, which mostly follows at once.
    DispatchQueue.global(qos: .utility).asyncAfter(deadline: .now() + .milliseconds(50)) {
      withExtendedLifetime(network) {}
    }
  }

  /// A network of made-up weights, the same on every machine: for tests and benchmarks.
  ///
  /// - Parameters:
  ///   - variant: the network.
  ///   - seed: other seeds give other weights.
  ///   - classCount: the number of logits, at least one.
  ///   - instructionSet: what its kernels use; every choice gives the same bits.
  ///   - tuning: what was measured to be fast on this machine; gives the same bits.
  public init(
    synthetic variant: Variant, seed: UInt64 = 0, classCount: Int = 1000,
    instructionSet: InstructionSet = .best, tuning: Tuning? = nil
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

  /// Packs the weights of `network` into `memory`, if given, on `crew`, which is of `team`.
  private init(
    _ network: SourceNetwork, instructionSet: InstructionSet, tuning: Tuning?,
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

  /// A team of `threads` workers, nil for as many as this process may use cores; those who packed the
  /// weights where these are as many, for they may still be awake.
  func team(of threads: Int?) -> Team {
    guard let threads, threads != team.workerCount else { return team }
    return Team(workerCount: threads)
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
