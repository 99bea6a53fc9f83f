import Dispatch
import Synchronization
import Testing

@testable import Network

/// Weights that are folded block by block.
@Suite struct FoldedWeightsTests {
  private func parameters(_ variant: String, _ form: CheckpointForm) throws -> NetworkParameters {
    NetworkParameters(try #require(Architecture.named(variant)), form: form, classCount: 50)
  }

  /// Blocks give the bits of the whole: every output channel has its own tensors' rows.
  @Test(arguments: ["t8", "sa12"], CheckpointForm.allCases)
  func blocksAreRowsOfTheWhole(variant: String, form: CheckpointForm) throws {
    let source = SyntheticWeights(seed: 1)
    let weights = FoldedWeights<Double>(try parameters(variant, form), from: source)
    let folds = Graph<Double>.outline(try parameters(variant, form)).folds
    var largestBlockCount = 0
    for (index, fold) in folds.enumerated() {
      guard let fold else { continue }
      let whole = try source.folded(fold, outputs: 0..<fold.shape[0])
      let found = try weights.weights(ofNode: index)
      // Not inside the expectation, which would print all values.
      let areSame = found.weights == whole.weights && found.bias == whole.bias
      #expect(areSame, "\(weights.outline.nodes[index].name)")
      var ranges: [Range<Int>] = []
      try weights.forEachBlock(ofNode: index) { outputs, _, _ in ranges.append(outputs) }
      #expect(ranges.flatMap { $0 } == Array(0..<fold.shape[0]))
      // What packs them turns four at once.
      #expect(ranges.dropLast().allSatisfy { $0.count % 4 == 0 })
      largestBlockCount = max(largestBlockCount, ranges.count)
    }
    #expect(largestBlockCount > 10)
  }

  @Test func anyThreadMayAsk() throws {
    let form = CheckpointForm(.timm, isReparameterised: false)
    let source = SyntheticWeights(seed: 2)
    let weights = FoldedWeights<Float>(try parameters("t8", form), from: source)
    let graph = try Graph<Float>(try parameters("t8", form), from: source)
    let different = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: graph.nodes.count) { index in
      let node = graph.nodes[index]
      guard let expected = node.operation.weights else { return }
      let found = try? weights.weights(ofNode: index)
      if found?.weights != expected.weights || found?.bias != expected.bias {
        different.withLock { $0.append(node.name) }
      }
    }
    #expect(different.withLock { $0 } == [])
  }
}
