import FastViTOperations
import Testing

@testable import FastViT
@testable import FastViTExecution

/// The results of a batch, assembled from those of its images.
@Suite struct InferenceTests {
  private let model = Model(synthetic: .t8, classCount: 4)

  private func inference(_ logits: [[Float]]) -> Inference {
    Inference(model, logits.map { Results(logits: $0, embedding: [$0[0]]) })
  }

  @Test func classesAreThoseOfTheImage() {
    let inference = inference([[0, 1, 2, 3], [7, 7, 9, 7]])
    #expect(inference.embedding == [0, 7])
    #expect(inference.topClasses(4, ofImage: 0).map(\.index) == [3, 2, 1, 0])
    // Classes of equal score are in the order of their indices.
    #expect(inference.topClasses(3, ofImage: 1).map(\.index) == [2, 0, 1])
    #expect(inference.topClasses(1, ofImage: 1).map(\.logit) == [9])
    #expect(inference.topClasses(0, ofImage: 1).isEmpty)
  }

  /// The exponential of such a score alone would overflow or be zero.
  @Test(arguments: [1e6, -1e6] as [Float]) func probabilitiesOfLargeScores(score: Float) {
    let inference = inference([[score, score, score - 1e6, score]])
    let probabilities = inference.topClasses(4, ofImage: 0).map(\.probability)
    let third = 1.0 / 3
    #expect(probabilities == [third, third, third, 0])
  }

  /// All values of one channel follow each other, and so do the images of the batch.
  @Test func featureMapsArePlanar() {
    let shape = FeatureShape(height: 2, width: 3, channels: 2)
    let results = [0, 100].map { (start: Float) in
      Results(
        logits: [0, 0, 0, 0], embedding: [],
        stages: [(shape, (0..<12).map { start + Float($0) })])
    }
    let map = Inference(model, results).featureMaps[0]
    let first = (0..<12).map { Float($0) }
    #expect(map.values == first + first.map { $0 + 100 })
    #expect(map.count == 2 && map.channels == 2 && map.height == 2 && map.width == 3)
  }
}
