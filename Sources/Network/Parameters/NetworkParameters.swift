/// Every tensor of one variant in one form, in the shape of the network.
///
/// This tree is the only place that knows names: matching a checkpoint, folding, synthetic weights and
/// export all walk it.
package struct NetworkParameters: Sendable {
  package let architecture: Architecture
  package let form: CheckpointForm
  package let classCount: Int

  /// Dense 3×3 stride 2, depthwise 3×3 stride 2, pointwise.
  package let stem: [ConvolutionParameters]
  package let stages: [StageParameters]

  /// The head's depthwise 3×3 with two outputs a channel.
  package let finalConvolution: ConvolutionParameters
  package let squeeze: AffineParameters
  package let excite: AffineParameters
  package let head: AffineParameters

  /// All tensors in the order of the network.
  package let all: [Parameter]

  package init(_ architecture: Architecture, form: CheckpointForm, classCount: Int) {
    var maker = ParameterMaker(form: form)
    let words = form.vocabulary
    let width = architecture.width
    let embedding = architecture.embeddingWidth

    stem = [
      maker.mobileOne(words.stem(0), "stem.0", [width, 3, 3, 3], stride: 2),
      maker.mobileOne(words.stem(1), "stem.1", [width, 1, 3, 3], stride: 2),
      maker.mobileOne(words.stem(2), "stem.2", [width, width, 1, 1], stride: 1),
    ]
    stages = (0..<4).map { maker.stage($0, of: architecture) }
    finalConvolution = maker.mobileOne(
      words.finalConvolution, "final_conv", [embedding, 1, 3, 3], stride: 1,
      hasIdentity: false)
    squeeze = maker.affine(
      "\(words.finalConvolution).\(words.squeeze)", [architecture.squeezeWidth, embedding, 1, 1])
    excite = maker.affine(
      "\(words.finalConvolution).\(words.excite)", [embedding, architecture.squeezeWidth, 1, 1])
    head = maker.affine(words.head, [classCount, embedding])

    all = maker.made
    self.architecture = architecture
    self.form = form
    self.classCount = classCount
  }
}

/// The tensors of one stage and of what lies in front of it.
package struct StageParameters: Sendable {
  /// Depthwise 7×7 stride 2 with two outputs a channel, then pointwise; nil in front of the first.
  package let downsample: (large: ConvolutionParameters, pointwise: ConvolutionParameters)?

  /// Depthwise 7×7 with a residual, in front of attention.
  package let positionalEncoding: ConvolutionParameters?

  package let blocks: [BlockParameters]
}

/// The tensors of one block: a token mixer, then a feed-forward block with a residual.
package struct BlockParameters: Sendable {
  /// The block's place: timm's module path.
  package let path: String
  package let mixer: MixerParameters
  package let feedForward: FeedForwardParameters
}

/// The two ways to mix tokens.
package enum MixerParameters: Sendable {
  case repMixer(ConvolutionParameters)
  case attention(AttentionParameters)
}

/// x + layerScale · projection(attention(queryKeyValue(norm(x)))).
package struct AttentionParameters: Sendable {
  package let norm: BatchNormParameters
  /// `[3 · channels, channels]`, without bias.
  package let queryKeyValue: Parameter
  package let projection: AffineParameters
  package let layerScale: Parameter
}

/// x + layerScale · project(GELU(expand(convolution(x)))).
package struct FeedForwardParameters: Sendable {
  package let convolution: ConvolutionParameters
  package let expand: AffineParameters
  package let project: AffineParameters
  package let layerScale: Parameter
}
