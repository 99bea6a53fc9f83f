/// One published FastViT, as a row of `Architecture.all`.
///
/// Source: `apple/ml-fastvit:models/fastvit.py`, the functions named `fastvit_*`.
package struct Architecture: Sendable, Hashable {
  /// The short name, such as `sa12`.
  package let name: String

  /// Blocks in each of the four stages.
  package let depths: [Int]

  /// Channels in the first stage; each later stage has twice as many.
  package let width: Int

  /// Hidden channels of a feed-forward block over its channels.
  package let expansion: Int

  /// Whether the last stage mixes tokens by attention, behind a conditional positional encoding,
  /// instead of RepMixer.
  package let hasAttention: Bool

  /// The part of the picture's shorter side that is kept for evaluation, by publisher. They disagree
  /// on SA36.
  package let cropRatio: CropRatio

  /// Centre-crop ratios by publisher.
  package struct CropRatio: Sendable, Hashable {
    package let apple: Double
    package let timm: Double
  }

  /// All variants, smallest first.
  package static let all: [Architecture] = [
    row("t8", [2, 2, 4, 2], 48, 3, attention: false, apple: 0.9, timm: 0.9),
    row("t12", [2, 2, 6, 2], 64, 3, attention: false, apple: 0.9, timm: 0.9),
    row("s12", [2, 2, 6, 2], 64, 4, attention: false, apple: 0.9, timm: 0.9),
    row("sa12", [2, 2, 6, 2], 64, 4, attention: true, apple: 0.9, timm: 0.9),
    row("sa24", [4, 4, 12, 4], 64, 4, attention: true, apple: 0.9, timm: 0.9),
    row("sa36", [6, 6, 18, 6], 64, 4, attention: true, apple: 0.95, timm: 0.9),
    row("ma36", [6, 6, 18, 6], 76, 4, attention: true, apple: 0.95, timm: 0.95),
  ]

  private static func row(
    _ name: String, _ depths: [Int], _ width: Int, _ expansion: Int, attention: Bool,
    apple: Double, timm: Double
  ) -> Architecture {
    Architecture(
      name: name, depths: depths, width: width, expansion: expansion, hasAttention: attention,
      cropRatio: CropRatio(apple: apple, timm: timm))
  }

  /// The variant called `name`, which may carry the prefix `fastvit_` and any letter case.
  package static func named(_ name: String) -> Architecture? {
    let lowered = name.lowercased()
    let short = lowered.hasPrefix("fastvit_") ? String(lowered.dropFirst(8)) : lowered
    return all.first { $0.name == short }
  }

  /// Values a head of attention.
  package static let headDimension = 32

  /// The shorter side of the square input the published accuracies are for, in pixels.
  package static let defaultInputSize = 256

  /// The smallest input side, in pixels: below it the last stage would be all padding.
  package static let smallestInputSize = 32

  /// Channels of `stage`, 0 to 3.
  package func channels(stage: Int) -> Int { width << stage }

  /// Length of the pooled embedding: twice the last stage's channels.
  package var embeddingWidth: Int { 2 * channels(stage: 3) }

  /// Hidden channels of the head's squeeze-and-excitation: a sixteenth of the embedding.
  package var squeezeWidth: Int { embeddingWidth / 16 }

  /// Whether blocks of `stage` mix tokens by attention.
  package func attends(stage: Int) -> Bool { hasAttention && stage == 3 }
}
