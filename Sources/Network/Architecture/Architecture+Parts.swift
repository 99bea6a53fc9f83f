extension Architecture {
  /// Three convolutions with GELU that bring the image to a quarter of its size: all channels with
  /// stride 2, depthwise with stride 2, pointwise.
  package struct Stem: Sendable, Hashable {
    /// Channels of all three.
    package let width: Int

    /// Side of the first two convolutions, in pixels.
    package let kernel: Int

    /// Rows of the image per row of the output.
    package static let stride = 4

    package init(width: Int, kernel: Int = 3) {
      self.width = width
      self.kernel = kernel
    }
  }

  /// Blocks at one resolution, and what lies before them.
  package struct Stage: Sendable, Hashable {
    /// What halves the image first and brings it to the stage's width; nil where the stage continues
    /// at the resolution and width before it.
    package let downsample: Downsample?

    /// Side of the conditional positional encoding, a depthwise convolution with a residual before the
    /// blocks, in pixels; nil where there is none.
    package let positionalEncodingKernel: Int?

    /// The number of blocks.
    package let blocks: Int

    /// Channels.
    package let width: Int

    package let mixer: Mixer

    package let feedForward: FeedForward

    package init(
      downsample: Downsample?, positionalEncodingKernel: Int? = nil, blocks: Int, width: Int,
      mixer: Mixer, feedForward: FeedForward
    ) {
      self.downsample = downsample
      self.positionalEncodingKernel = positionalEncodingKernel
      self.blocks = blocks
      self.width = width
      self.mixer = mixer
      self.feedForward = feedForward
    }
  }

  /// A large depthwise convolution with stride 2 that makes the new channels, then a pointwise one
  /// with GELU.
  package struct Downsample: Sendable, Hashable {
    /// Side of the large convolution, in pixels.
    package let kernel: Int

    /// Side of the convolution that is trained beside the large one, in pixels.
    package let smallKernel: Int

    /// Channels per hidden channel of a squeeze-and-excitation after the large convolution; nil where
    /// there is none.
    package let squeezeDivisor: Int?

    /// Whether GELU comes before the pointwise convolution.
    package let hasActivation: Bool

    /// Rows of the input per row of the output.
    package static let stride = 2

    package init(
      kernel: Int = 7, smallKernel: Int = 3, squeezeDivisor: Int? = nil, hasActivation: Bool = false
    ) {
      self.kernel = kernel
      self.smallKernel = smallKernel
      self.squeezeDivisor = squeezeDivisor
      self.hasActivation = hasActivation
    }
  }

  /// How a stage's blocks mix pixels.
  package enum Mixer: Sendable, Hashable {
    /// A depthwise convolution with a side of `kernel` pixels; its residual and scale are folded in.
    case repMixer(kernel: Int = 3)

    /// Softmax attention among all pixels, with a residual.
    case attention(headDimension: Int = 32)

    var isAttention: Bool {
      if case .attention = self { true } else { false }
    }
  }

  /// The second half of a block: a depthwise convolution, a pointwise one with GELU, another, and a
  /// residual.
  package struct FeedForward: Sendable, Hashable {
    /// Side of the depthwise convolution, in pixels.
    package let kernel: Int

    /// Hidden channels per channel.
    package let expansion: Int

    package init(kernel: Int = 7, expansion: Int) {
      self.kernel = kernel
      self.expansion = expansion
    }
  }

  /// A depthwise convolution that makes more channels, squeeze-and-excitation, GELU, the mean over all
  /// pixels, and what is made of that mean.
  package struct Head: Sendable, Hashable {
    /// Side of the convolution, in pixels.
    package let kernel: Int

    /// Channels of the embedding per channel of the last stage.
    package let expansion: Int

    /// Channels of the embedding per hidden channel of the squeeze-and-excitation.
    package let squeezeDivisor: Int

    package let output: Output

    /// What the network gives in the end.
    package enum Output: Sendable, Hashable {
      /// One score per class, of a linear layer on the embedding.
      case classifier

      /// The embedding itself: timm's networks with `num_classes=0`.
      case embedding
    }

    package init(
      kernel: Int = 3, expansion: Int = 2, squeezeDivisor: Int = 16, output: Output = .classifier
    ) {
      self.kernel = kernel
      self.expansion = expansion
      self.squeezeDivisor = squeezeDivisor
      self.output = output
    }
  }
}
