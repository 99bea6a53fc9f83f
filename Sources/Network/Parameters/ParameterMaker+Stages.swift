extension ParameterMaker {
  /// - Parameter inputWidth: channels before the stage.
  mutating func stage(
    _ stage: Architecture.Stage, at place: StagePlace, inputWidth: Int
  ) -> StageParameters {
    precondition(
      stage.downsample == nil
        ? stage.width == inputWidth : stage.width.isMultiple(of: inputWidth),
      "a stage has a width that what lies before it can make")
    let downsample = stage.downsample.map {
      self.downsample($0, at: place, from: inputWidth, to: stage.width)
    }
    let encoding = stage.positionalEncodingKernel.map {
      positionalEncoding(at: place, channels: stage.width, kernel: $0)
    }
    let blocks = (0..<stage.blocks).map { block($0, of: stage, at: place) }
    return StageParameters(downsample: downsample, positionalEncoding: encoding, blocks: blocks)
  }

  private mutating func downsample(
    _ downsample: Architecture.Downsample, at place: StagePlace, from inputWidth: Int,
    to channels: Int
  ) -> DownsampleParameters {
    let name = words.downsample(place)
    let path = Vocabulary.timm.downsample(place)
    let shape = [channels, 1, downsample.kernel, downsample.kernel]
    let small = [channels, 1, downsample.smallKernel, downsample.smallKernel]
    let origin: ConvolutionParameters.Origin =
      form.isReparameterised
      ? .fused(affine("\(name).0.\(words.fusedLargeKernel)", shape))
      : .branches([
        branch("\(name).0.\(words.largeBranch)", shape), branch("\(name).0.small_conv", small),
      ])
    let squeezeAndExcite = downsample.squeezeDivisor.map {
      self.squeezeAndExcite(
        "\(name).0.\(Vocabulary.downsampleSqueeze)", "\(name).0.\(Vocabulary.downsampleExcite)",
        channels: channels, divisor: $0)
    }
    return DownsampleParameters(
      large: ConvolutionParameters(path: path + ".0", shape: shape, origin: origin),
      multiplier: channels / inputWidth, squeezeAndExcite: squeezeAndExcite,
      hasActivation: downsample.hasActivation,
      pointwise: mobileOne(name + ".1", path + ".1", [channels, channels, 1, 1], stride: 1))
  }

  private mutating func positionalEncoding(
    at place: StagePlace, channels: Int, kernel: Int
  ) -> ConvolutionParameters {
    let shape = [channels, 1, kernel, kernel]
    let name = words.positionalEncoding(place, isReparameterised: form.isReparameterised)
    let weights = affine(name, shape)
    return ConvolutionParameters(
      path: "stages.\(place.stage).pos_emb", shape: shape,
      origin: form.isReparameterised ? .fused(weights) : .residual(weights))
  }

  private mutating func block(
    _ index: Int, of stage: Architecture.Stage, at place: StagePlace
  ) -> BlockParameters {
    let channels = stage.width
    let name = "\(words.blocks(place)).\(index)"
    let path = "\(Vocabulary.timm.blocks(place)).\(index)"
    let mixer: MixerParameters =
      switch stage.mixer {
      case .repMixer(let kernel):
        .repMixer(
          repMixer(
            name + ".token_mixer", path + ".token_mixer", channels: channels, kernel: kernel))
      case .attention(let headDimension):
        .attention(attention(name, channels: channels, headDimension: headDimension))
      }
    let feedForward = feedForward(stage.feedForward, of: stage, name, path + ".mlp")
    return BlockParameters(path: path, mixer: mixer, feedForward: feedForward)
  }

  private mutating func repMixer(
    _ name: String, _ path: String, channels: Int, kernel: Int
  ) -> ConvolutionParameters {
    let shape = [channels, 1, kernel, kernel]
    guard !form.isReparameterised else {
      let fused = affine(name + ".reparam_conv", shape)
      return ConvolutionParameters(path: path, shape: shape, origin: .fused(fused))
    }
    let norm = batchNorm("\(name).norm.\(words.identityBranch)", channels: channels)
    let mixer = mobileOneBranches(name + ".mixer", shape, hasIdentity: true)
    let scale = parameter(words.layerScale(name + ".layer_scale"), [channels, 1, 1])
    return ConvolutionParameters(
      path: path, shape: shape, origin: .repMixer(mixer: mixer, norm: norm, scale: scale))
  }

  private mutating func attention(
    _ name: String, channels: Int, headDimension: Int
  ) -> AttentionParameters {
    AttentionParameters(
      headDimension: headDimension,
      norm: batchNorm(name + ".norm", channels: channels),
      queryKeyValue: parameter(name + ".token_mixer.qkv.weight", [3 * channels, channels]),
      projection: affine(name + ".token_mixer.proj", [channels, channels]),
      layerScale: parameter(words.layerScale(name + ".layer_scale_1"), [channels, 1, 1]))
  }

  /// - Parameter block: the block's name.
  private mutating func feedForward(
    _ feedForward: Architecture.FeedForward, of stage: Architecture.Stage, _ block: String,
    _ path: String
  ) -> FeedForwardParameters {
    let channels = stage.width
    let hidden = channels * feedForward.expansion
    let name = "\(block).\(words.feedForward)"
    let shape = [channels, 1, feedForward.kernel, feedForward.kernel]
    let convolution = ConvolutionParameters(
      path: path + ".conv", shape: shape,
      origin: .normalised(
        weight: parameter(name + ".conv.conv.weight", shape),
        norm: batchNorm(name + ".conv.bn", channels: channels)))
    return FeedForwardParameters(
      convolution: convolution,
      expand: affine(words.expansion(ofBlock: block), [hidden, channels, 1, 1]),
      project: affine(name + ".fc2", [channels, hidden, 1, 1]),
      layerScale: parameter(
        words.layerScale(ofBlock: block, isAttention: stage.mixer.isAttention), [channels, 1, 1]))
  }
}
