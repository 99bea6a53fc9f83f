import KernelCatalog
import KernelContract
import Network
import Scheduler
import Synchronization

/// A graph made ready to run on one instruction set: kernels chosen, weights packed.
///
/// Every choice gives the same bits, so a plan decides only how fast they come.
package struct Plan: Sendable {
  /// The network without its weights, which the operations hold packed.
  package let graph: Graph<Float>
  let instructionSet: InstructionSet
  let operations: [PlannedOperation]

  /// What may be fused where nothing is chosen.
  let rules: [FusionRule]
  let choices: PlanChoices

  /// The last operation that reads each value; its maker where nobody does.
  let lastReads: [Int]

  /// Plans the network of `weights` for `instructionSet`, which this machine must have.
  ///
  /// - Parameters:
  ///   - rules: what may be fused where nothing is chosen; every choice gives the same bits.
  ///   - choices: what is not left to the rules.
  ///   - guide: the pictures and workers whose choices of kernels are taken; where there are none, the
  ///     rules choose for pictures of the default size.
  ///   - memory: where to pack; memory of its own if not given.
  ///   - crew: folds and packs, an operation a tile.
  /// - Throws: what folding throws; of several errors the one of the first node.
  package init(
    _ weights: FoldedWeights<Float>, for instructionSet: InstructionSet,
    fusing rules: [FusionRule] = FusionRule.standard, choices: PlanChoices = PlanChoices(),
    guide: PlanGuide? = nil, into memory: OperandMemory? = nil, on crew: Crew = .solo
  ) throws(NetworkError) {
    precondition(KernelCatalog.isAvailable(instructionSet))
    let lowered = Lowering(weights.outline).operations
    let kernels = Self.kernels(
      of: lowered, in: weights.outline, on: instructionSet, choices: choices, guide: guide)
    let sizes = kernels.map(\.operandElements)
    memory?.close()
    let buffers = Self.operandBuffers(sizes, in: memory)
    // The classifier, the last operation, has a fifth of a small network's weights: were its turn the
    // last too, one worker would pack it while the others wait.
    let largestFirst = sizes.indices.sorted { sizes[$0] > sizes[$1] }
    let operations = try Self.map(
      Array(lowered.indices), inOrder: largestFirst, on: crew
    ) { index throws(NetworkError) in
      memory?.wait(for: buffers[index])
      return PlannedOperation(
        lowered[index],
        try PlannedOperation.Work(
          kernels[index], NodeWeights(folded: weights, node: lowered[index].node),
          into: buffers[index]))
    }
    self.init(
      graph: weights.outline, operations, for: instructionSet, fusing: rules, choices: choices)
  }

  /// A plan of operations whose kernels are chosen already.
  init(
    graph: Graph<Float>, _ operations: [PlannedOperation], for instructionSet: InstructionSet,
    fusing rules: [FusionRule], choices: PlanChoices
  ) {
    self.graph = graph
    self.instructionSet = instructionSet
    self.operations = operations
    self.rules = rules
    self.choices = choices
    var lastReads = [Int](repeating: 0, count: graph.nodes.count + 1)
    for (step, operation) in operations.enumerated() {
      lastReads[operation.output] = step
      lastReads[operation.input] = step
      if let second = operation.second { lastReads[second] = step }
    }
    self.lastReads = lastReads
  }

  /// The kernels of each operation: those chosen for the guide, else the rules'.
  private static func kernels(
    of operations: [LoweredOperation], in graph: Graph<Float>, on instructionSet: InstructionSet,
    choices: PlanChoices, guide: PlanGuide?
  ) -> [ChosenKernels] {
    let size = Architecture.defaultInputSize
    let standard = graph.shapes(height: size, width: size)
    let guiding = guide.map { graph.shapes(height: $0.height, width: $0.width) }
    return operations.map { operation in
      func problem(_ shapes: [FeatureShape]) -> OperationProblem {
        OperationProblem(
          operation.kind.operation, on: shapes[operation.input], epilogue: operation.kind.epilogue)
      }
      if let guide, let guiding {
        let key = PlanChoices.Key(
          [problem(guiding)], on: instructionSet, workers: guide.workers)
        if let chosen = choices.kernels(for: key) { return chosen }
      }
      return ChosenKernels(for: problem(standard), on: instructionSet)
    }
  }

  /// One piece of memory cut into buffers of `counts` values, in the order in which they are read: behind
  /// a layer's last weights, which kernels fetch ahead, lie the next one's first.
  private static func operandBuffers(
    _ counts: [Int], in memory: OperandMemory?
  ) -> [AlignedBuffer] {
    let sizes = counts.map(ActivationLayout.paddedChannels)
    let count = sizes.reduce(0, +)
    let all = memory?.buffer(count: count) ?? AlignedBuffer(count: count)
    var start = 0
    return zip(counts, sizes).map { count, size in
      defer { start += size }
      return AlignedBuffer(start..<start + count, of: all)
    }
  }

  /// What `transform` makes of each element, shared out among `crew`; of its errors the one of the first
  /// element, whoever came first.
  ///
  /// - Parameter order: the indices of `elements` as they are begun; ascending if nil.
  static func map<Element: Sendable, Result: Sendable, Failure>(
    _ elements: [Element], inOrder order: [Int]? = nil, on crew: Crew,
    _ transform: @Sendable (Element) throws(Failure) -> Result
  ) throws(Failure) -> [Result] {
    let results = Mutex([Result?](repeating: nil, count: elements.count))
    let failure = Mutex<(index: Int, error: Failure)?>(nil)
    withoutActuallyEscaping(transform) { transform in
      crew.forEachTile(count: elements.count) { turn, _ in
        let index = order?[turn] ?? turn
        do throws(Failure) {
          let result = try transform(elements[index])
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
      guard let result else { preconditionFailure("a crew runs every tile") }
      return result
    }
  }
}
