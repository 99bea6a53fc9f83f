import FastViTExecution
import FastViTOperations

/// The results of one run on a batch.
public struct Inference: Sendable {
  /// The number of images in the batch.
  public let count: Int

  /// The scores of every image, `[count][classes]`.
  public private(set) var logits: [Float] = []

  /// Pooled features before the classifier, `[count][embedding width]`.
  public private(set) var embedding: [Float] = []

  /// The outputs of the stages; empty unless asked for.
  ///
  /// The last is the last stage's own output in all variants. Apple's code returns the positional
  /// encoding's instead where there is one.
  public private(set) var featureMaps: [FeatureMap] = []

  /// The results of a batch, one element of `results` per image.
  init(_ model: Model, _ results: [Results<Float>]) {
    count = results.count
    logits.reserveCapacity(count * model.classCount)
    embedding.reserveCapacity(count * model.variant.embeddingWidth)
    for result in results { append(result) }
  }

  private mutating func append(_ results: Results<Float>) {
    logits += results.logits
    embedding += results.embedding
    if featureMaps.isEmpty {
      featureMaps = results.stages.map { FeatureMap(count: count, shape: $0.shape) }
    }
    for (index, stage) in results.stages.enumerated() {
      featureMaps[index].append(planar: stage.values)
    }
  }
}

/// The output of one stage for a batch, planar `[count][channels][height][width]`.
public struct FeatureMap: Sendable {
  /// The number of images in the batch.
  public let count: Int

  /// The number of channels.
  public let channels: Int

  /// The number of rows of one channel.
  public let height: Int

  /// The number of values per row.
  public let width: Int

  /// All values; the last index varies fastest.
  public private(set) var values: [Float] = []

  init(count: Int, shape: FeatureShape) {
    self.count = count
    channels = shape.channels
    height = shape.height
    width = shape.width
    values.reserveCapacity(count * shape.elements)
  }

  mutating func append(planar map: [Float]) {
    values += map
  }
}
