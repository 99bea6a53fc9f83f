extension Architecture {
  /// All variants, smallest first.
  ///
  /// Source: `apple/ml-fastvit:models/fastvit.py`, the functions named `fastvit_*`.
  package static let all: [Architecture] = [
    fastViT("t8", width: 48, blocks: [2, 2, 4, 2], expansion: 3),
    fastViT("t12", width: 64, blocks: [2, 2, 6, 2], expansion: 3),
    fastViT("s12", width: 64, blocks: [2, 2, 6, 2]),
    fastViT("sa12", width: 64, blocks: [2, 2, 6, 2], lastMixer: .attention()),
    fastViT("sa24", width: 64, blocks: [4, 4, 12, 4], lastMixer: .attention()),
    fastViT("sa36", width: 64, blocks: [6, 6, 18, 6], lastMixer: .attention(), apple: 0.95),
    fastViT(
      "ma36", width: 76, blocks: [6, 6, 18, 6], lastMixer: .attention(), apple: 0.95, timm: 0.95),
  ]

  /// A row of the table, with what all FastViT classifiers share: the width doubles with every
  /// downsampling, the stages before the last use RepMixer, and attention follows a positional encoding.
  /// No activation follows a downsampling's large convolution: Apple's code computes one and drops its
  /// result.
  ///
  /// - Parameters:
  ///   - width: channels of the stem and of the first stage.
  ///   - blocks: of each stage.
  ///   - expansion: of the feed-forward blocks.
  ///   - apple: Apple's crop ratio.
  ///   - timm: timm's crop ratio; the two disagree on SA36.
  private static func fastViT(
    _ name: String, width: Int, blocks: [Int], expansion: Int = 4, lastMixer: Mixer = .repMixer(),
    apple: Double = 0.9, timm: Double = 0.9
  ) -> Architecture {
    let stages = blocks.enumerated().map { index, count in
      let mixer = index == blocks.count - 1 ? lastMixer : .repMixer()
      return Stage(
        downsample: index == 0 ? nil : Downsample(),
        positionalEncodingKernel: mixer.isAttention ? 7 : nil, blocks: count,
        width: width << index, mixer: mixer, feedForward: FeedForward(expansion: expansion))
    }
    return Architecture(
      name: name, inputChannels: 3, stem: Stem(width: width), stages: stages, head: Head(),
      preprocessing: PublishedPreprocessing(
        apple: .imageNet(cropRatio: apple), timm: .imageNet(cropRatio: timm)))
  }
}
