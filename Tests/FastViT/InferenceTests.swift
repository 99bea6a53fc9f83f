import KernelContract
import Testing

@testable import Execution
@testable import FastViT

/// The results of a batch, put together of its pictures'.
@Suite struct InferenceTests {
  private let model = Model(synthetic: .t8, classCount: 4)

  private func inference(_ logits: [[Float]]) -> Inference {
    Inference(model, logits.map { Results(logits: $0, embedding: [$0[0]]) })
  }

  @Test func classesAreThoseOfThePicture() {
    let inference = inference([[0, 1, 2, 3], [7, 7, 9, 7]])
    #expect(inference.embedding == [0, 7])
    #expect(inference.topClasses(4, ofPicture: 0).map(\.index) == [3, 2, 1, 0])
    // Equal scores in the order of the classes.
    #expect(inference.topClasses(3, ofPicture: 1).map(\.index) == [2, 0, 1])
    #expect(inference.topClasses(1, ofPicture: 1).map(\.logit) == [9])
    #expect(inference.topClasses(0, ofPicture: 1).isEmpty)
  }

  /// The exponential of a score alone would overflow, or vanish.
  @Test(arguments: [1e6, -1e6] as [Float]) func probabilitiesOfLargeScores(score: Float) {
    let inference = inference([[score, score, score - 1e6, score]])
    let probabilities = inference.topClasses(4, ofPicture: 0).map(\.probability)
    let third = 1.0 / 3
    #expect(probabilities == [third, third, third, 0])
  }

  /// Channels come apart, pictures follow each other.
  @Test func featureMapsArePlanar() {
    let shape = FeatureShape(height: 2, width: 3, channels: 2)
    let results = [0, 100].map { (start: Float) in
      Results(
        logits: [0, 0, 0, 0], embedding: [],
        stages: [(shape, (0..<12).map { start + Float($0) })])
    }
    let map = Inference(model, results).featureMaps[0]
    let plane: [Float] = [0, 2, 4, 6, 8, 10]
    let first = plane + plane.map { $0 + 1 }
    #expect(map.values == first + first.map { $0 + 100 })
    #expect(map.count == 2 && map.channels == 2 && map.height == 2 && map.width == 3)
  }
}
