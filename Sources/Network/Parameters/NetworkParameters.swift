/// Every tensor of one architecture in one form, as a tree in the shape of the network.
///
/// This tree is the only place that knows names: matching a checkpoint, folding, synthetic weights and
/// export all walk it.
package struct NetworkParameters: Sendable {
  package let architecture: Architecture
  package let form: CheckpointForm

  /// Values of the network's output: classes, or the embedding's length where there is no classifier.
  package let classCount: Int

  /// Dense with stride 2, depthwise with stride 2, pointwise.
  package let stem: [ConvolutionParameters]
  package let stages: [StageParameters]
  package let head: HeadParameters

  /// All tensors in the order of the network.
  package let all: [Parameter]

  /// The tensors of `architecture` in `form`.
  ///
  /// - Parameter classCount: rows of the classifier; ignored where there is none.
  package init(_ architecture: Architecture, form: CheckpointForm, classCount: Int) {
    var maker = ParameterMaker(form: form)
    stem = maker.stem(architecture.stem, inputChannels: architecture.inputChannels)
    var width = architecture.stem.width
    var stages: [StageParameters] = []
    for (stage, place) in zip(architecture.stages, StagePlace.all(of: architecture)) {
      stages.append(maker.stage(stage, at: place, inputWidth: width))
      width = stage.width
    }
    self.stages = stages
    head = maker.head(architecture.head, inputWidth: width, classCount: classCount)
    all = maker.made
    self.architecture = architecture
    self.form = form
    self.classCount = head.classifier?.weight.shape[0] ?? architecture.embeddingWidth
  }
}

/// The tensors of one stage and of what lies before its blocks.
package struct StageParameters: Sendable {
  package let downsample: DownsampleParameters?

  /// Depthwise with a residual.
  package let positionalEncoding: ConvolutionParameters?

  package let blocks: [BlockParameters]
}

/// The tensors that bring the image to a stage's resolution and width.
package struct DownsampleParameters: Sendable {
  /// Depthwise with stride 2.
  package let large: ConvolutionParameters

  /// Outputs of the large convolution per channel of its input.
  package let multiplier: Int

  package let squeezeAndExcite: SqueezeAndExciteParameters?

  /// Whether GELU comes before the pointwise convolution.
  package let hasActivation: Bool

  package let pointwise: ConvolutionParameters
}

/// x · sigmoid(excite(ReLU(squeeze(mean(x))))).
package struct SqueezeAndExciteParameters: Sendable {
  package let squeeze: AffineParameters
  package let excite: AffineParameters
}

/// The tensors of what follows the last stage.
package struct HeadParameters: Sendable {
  /// Depthwise.
  package let convolution: ConvolutionParameters

  /// Outputs of the convolution per channel of its input.
  package let multiplier: Int

  package let squeezeAndExcite: SqueezeAndExciteParameters

  /// The linear layer on the embedding; nil where the embedding is the output.
  package let classifier: AffineParameters?
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
  package let headDimension: Int
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
