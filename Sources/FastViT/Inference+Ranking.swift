import Foundation

extension Inference {
  /// One class with its score.
  public struct ScoredClass: Sendable, Hashable {
    /// The index of the class among the logits.
    public let index: Int

    /// The score that the network computes.
    public let logit: Float

    /// The softmax over all classes, from 0 to 1; NaN where a logit is NaN or +∞.
    public let probability: Double
  }

  /// The classes of one image with the highest scores, highest first. Classes of equal score are in
  /// the order of their indices, NaN comes last.
  ///
  /// - Parameters:
  ///   - count: the number of classes to return, at least zero; all classes where there are fewer.
  ///   - image: the index of the image in the batch, from zero.
  public func topClasses(_ count: Int, ofImage image: Int) -> [ScoredClass] {
    let classCount = logits.count / self.count
    let scores = logits[image * classCount..<(image + 1) * classCount]
    let largest = Double(scores.max() ?? 0)
    let total = scores.reduce(0) { $0 + exp(Double($1) - largest) }
    let ranks = scores.map { $0.isNaN ? -.infinity : $0 }
    let ranked = ranks.indices.sorted {
      ranks[$0] == ranks[$1] ? $0 < $1 : ranks[$0] > ranks[$1]
    }
    return ranked.prefix(count).map { index in
      let logit = scores[scores.startIndex + index]
      return ScoredClass(
        index: index, logit: logit, probability: exp(Double(logit) - largest) / total)
    }
  }
}
