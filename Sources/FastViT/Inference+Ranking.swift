import Foundation

extension Inference {
  /// One class with its score.
  public struct ScoredClass: Sendable, Hashable {
    /// The class's place among the logits.
    public let index: Int

    /// The score as the network gives it.
    public let logit: Float

    /// Softmax over all classes, from 0 to 1; NaN where a logit is NaN or +∞.
    public let probability: Double
  }

  /// The best classes of one picture, best first; equal scores in the order of the classes, NaN last.
  ///
  /// - Parameters:
  ///   - count: how many, at least zero; all classes where there are fewer.
  ///   - picture: its place in the batch, from zero.
  public func topClasses(_ count: Int, ofPicture picture: Int) -> [ScoredClass] {
    let classCount = logits.count / self.count
    let scores = logits[picture * classCount..<(picture + 1) * classCount]
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
