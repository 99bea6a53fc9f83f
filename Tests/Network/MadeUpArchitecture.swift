import FastViTImages

@testable import FastViTNetwork

extension Architecture {
  /// A small network of parts that the published variants do not have: attention before RepMixer, a
  /// stage at the resolution before it, squeeze-and-excitation in a downsampling, and other sides.
  static let madeUp = Architecture(
    name: "made-up", inputChannels: 4, stem: Stem(width: 8, kernel: 5),
    stages: [
      Stage(
        downsample: nil, positionalEncodingKernel: 5, blocks: 1, width: 8,
        mixer: .attention(headDimension: 4), feedForward: FeedForward(kernel: 3, expansion: 2)),
      Stage(
        downsample: Downsample(kernel: 5, squeezeDivisor: 4, hasActivation: true), blocks: 1,
        width: 24, mixer: .repMixer(kernel: 5), feedForward: FeedForward(expansion: 1)),
      Stage(
        downsample: nil, positionalEncodingKernel: 3, blocks: 2, width: 24,
        mixer: .attention(headDimension: 8), feedForward: FeedForward(expansion: 3)),
    ],
    head: Head(kernel: 5, expansion: 1, squeezeDivisor: 8, output: .embedding),
    preprocessing: PublishedPreprocessing(
      apple: .imageNet(height: 64, width: 64, cropRatio: 1),
      timm: .imageNet(height: 96, width: 96, cropRatio: 1)))
}
