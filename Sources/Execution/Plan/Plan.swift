import FastViTCatalogue
import FastViTNetwork
import FastViTOperations
import FastViTScheduler
import Synchronization

/// A graph made ready to run on one instruction set: kernels chosen, weights packed.
///
/// Every choice of kernels gives the same bits, so a plan decides only how fast they come.
package struct Plan: Sendable {
  /// The network without its weights, which the operations hold packed.
  package let graph: Graph<Float>

  /// The instruction set that the plan is for; kernels of the sets that it includes may be used.
  package let instructionSet: InstructionSet
  /// The network's operations as kernels compute them.
  package let lowering: Lowering
  let operations: [PlannedOperation]

  /// The rules that fuse where `choices` says nothing.
  let rules: [FusionRule]
  let choices: PlanChoices
  let catalogue: KernelCatalogue

  /// Plans the network of `weights` for `instructionSet`, which this machine must have.
  ///
  /// - Parameters:
  ///   - precision: what products are computed in, of the operations that kernels of this precision exist
  ///     for.
  ///   - catalogue: the kernels that may be chosen.
  ///   - rules: what may be fused where `choices` says nothing; every choice gives the same bits.
  ///   - choices: what is not left to the rules.
  ///   - guide: the size of images and the number of workers for which kernels are looked up in `choices`;
  ///     where there is no such choice, the rules choose for images of the default size.
  ///   - memory: where the packed weights go; memory of their own if nil.
  ///   - crew: the workers that fold and pack, one operation per task.
  /// - Throws: what folding throws; of several errors that of the earliest operation.
  package init(
    _ weights: FoldedWeights<Float>, for instructionSet: InstructionSet,
    precision: Precision = .f32, from catalogue: KernelCatalogue = .generated,
    fusing rules: [FusionRule] = FusionRule.standard, choices: PlanChoices = PlanChoices(),
    guide: PlanGuide? = nil, into memory: OperandMemory? = nil, on crew: Crew = .solo
  ) throws(NetworkError) {
    precondition(instructionSet.runsHere)
    let selection = KernelSelection(
      graph: weights.outline, instructionSet: instructionSet, catalogue: catalogue,
      choices: choices, guide: guide)
    var lowering = Lowering(weights.outline)
    if precision != .f32 {
      lowering.lower(to: precision) { selection.kernels(of: $0) != nil }
    }
    let kernels = lowering.operations.map { operation in
      guard let chosen = selection.kernels(of: operation) else {
        preconditionFailure("no kernel of \(instructionSet) computes \(operation.name)")
      }
      return chosen
    }
    let sizes = kernels.map(\.operandBytes)
    memory?.close()
    let buffers = Self.operandBuffers(sizes, in: memory)
    // The classifier, the last operation, has a fifth of a small network's weights: if it were also packed
    // last, one worker would pack it while the others wait.
    let largestFirst = sizes.indices.sorted { sizes[$0] > sizes[$1] }
    let operations = try Self.map(
      lowering.operations, inOrder: largestFirst, on: crew
    ) { index, operation throws(NetworkError) in
      memory?.wait(for: buffers[index])
      let source = NodeWeights(folded: weights, node: operation.node)
      return PlannedOperation(
        lowered: operation, packed: try kernels[index].pack(source, into: buffers[index]))
    }
    self.init(
      graph: weights.outline, lowering, operations, for: instructionSet, from: catalogue,
      fusing: rules, choices: choices)
  }

  /// A plan of operations whose kernels are chosen already.
  init(
    graph: Graph<Float>, _ lowering: Lowering, _ operations: [PlannedOperation],
    for instructionSet: InstructionSet, from catalogue: KernelCatalogue,
    fusing rules: [FusionRule], choices: PlanChoices
  ) {
    self.graph = graph
    self.lowering = lowering
    self.instructionSet = instructionSet
    self.operations = operations
    self.catalogue = catalogue
    self.rules = rules
    self.choices = choices
  }

  /// One piece of memory cut into buffers of `sizes` bytes, in the order in which a run reads them: kernels
  /// fetch weights ahead, and after a layer's last weights lie the next layer's first.
  private static func operandBuffers(
    _ sizes: [Int], in memory: OperandMemory?
  ) -> [AlignedBuffer] {
    let aligned = sizes.map(AlignedBuffer.aligned)
    let byteCount = aligned.reduce(0, +)
    let all = memory?.buffer(byteCount: byteCount) ?? AlignedBuffer(byteCount: byteCount)
    var start = 0
    return zip(sizes, aligned).map { size, space in
      defer { start += space }
      return AlignedBuffer(start..<start + size, of: all)
    }
  }

  /// The results of `transform` for all elements and their indices, shared out among `crew`.
  ///
  /// - Parameter order: the indices of `elements` in the order in which they are begun; ascending if nil.
  /// - Throws: what `transform` throws; of several errors that of the lowest index, whichever came first.
  static func map<Element: Sendable, Result: Sendable, Failure>(
    _ elements: [Element], inOrder order: [Int]? = nil, on crew: Crew,
    _ transform: @Sendable (_ index: Int, Element) throws(Failure) -> Result
  ) throws(Failure) -> [Result] {
    let results = Mutex([Result?](repeating: nil, count: elements.count))
    let failure = Mutex<(index: Int, error: Failure)?>(nil)
    withoutActuallyEscaping(transform) { transform in
      crew.forEachTask(count: elements.count) { turn, _ in
        let index = order?[turn] ?? turn
        do throws(Failure) {
          let result = try transform(index, elements[index])
          results.withLock { $0[index] = result }
        } catch {
          failure.withLock { first in
            if first.map({ index < $0.index }) ?? true { first = (index, error) }
          }
        }
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure.error }
    return results.withLock { $0 }.map { result in
      guard let result else { preconditionFailure("a crew runs every task") }
      return result
    }
  }
}

/// How the kernels of a plan are selected: those chosen for the guide, else the rules'.
private struct KernelSelection {
  let instructionSet: InstructionSet
  let catalogue: KernelCatalogue
  let choices: PlanChoices
  let guide: PlanGuide?

  /// The shapes of all values for images of the default size, and for images of the guide's size.
  private let standard: [FeatureShape]
  private let guiding: [FeatureShape]?
  private let sets: [InstructionSet]

  init(
    graph: Graph<Float>, instructionSet: InstructionSet, catalogue: KernelCatalogue,
    choices: PlanChoices, guide: PlanGuide?
  ) {
    self.instructionSet = instructionSet
    self.catalogue = catalogue
    self.choices = choices
    self.guide = guide
    sets = instructionSet.included
    let size = graph.architecture.preprocessing.inputSize
    standard = graph.shapes(height: size, width: size)
    guiding = guide.map { graph.shapes(height: $0.height, width: $0.width) }
  }

  /// The kernels of `operation`; nil where none computes it. Shapes only guide the choice: any size can
  /// run.
  func kernels(of operation: LoweredOperation) -> (any ChosenKernels)? {
    if let guide, let guiding {
      let key = PlanChoices.Key(
        [operation.problem(guiding)], on: instructionSet, workers: guide.workers)
      if let chosen = choices.kernels(for: key) { return chosen }
    }
    return operation.problem(standard).chosen(on: sets, in: catalogue)
  }
}
