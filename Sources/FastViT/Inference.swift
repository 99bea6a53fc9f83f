import Execution
import KernelContract

/// The results of one run on a batch.
public struct Inference: Sendable {
  /// Pictures in the batch.
  public let count: Int

  /// Scores of every picture, `[count][classes]`.
  public private(set) var logits: [Float] = []

  /// Pooled features in front of the classifier, `[count][embedding width]`.
  public private(set) var embedding: [Float] = []

  /// The outputs of the four stages; empty unless asked for.
  ///
  /// The last is the fourth stage's own output in all variants. Apple's code returns the positional
  /// encoding's instead where there is one.
  public private(set) var featureMaps: [FeatureMap] = []

  /// The results of a batch, picture by picture.
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
      featureMaps[index].append(channelsLast: stage.values)
    }
  }
}

/// The output of one stage for a batch, planar `[count][channels][height][width]`.
public struct FeatureMap: Sendable {
  /// Pictures in the batch.
  public let count: Int

  /// The stage's channels.
  public let channels: Int

  /// Rows of one channel.
  public let height: Int

  /// Values in a row.
  public let width: Int

  /// All values, the last index running fastest.
  public private(set) var values: [Float] = []

  init(count: Int, shape: FeatureShape) {
    self.count = count
    channels = shape.channels
    height = shape.height
    width = shape.width
    values.reserveCapacity(count * shape.elements)
  }

  mutating func append(channelsLast pixels: [Float]) {
    for channel in 0..<channels {
      for pixel in 0..<height * width { values.append(pixels[pixel * channels + channel]) }
    }
  }
}
