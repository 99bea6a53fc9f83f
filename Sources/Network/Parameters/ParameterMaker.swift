/// Makes the parameter tree of one form and keeps the list of all tensors made.
struct ParameterMaker {
  let form: CheckpointForm
  private(set) var made: [Parameter] = []

  init(form: CheckpointForm) {
    self.form = form
  }

  private var words: Vocabulary { form.vocabulary }

  mutating func parameter(_ name: String, _ shape: [Int], isRequired: Bool = true) -> Parameter {
    let parameter = Parameter(name: name, shape: shape, isRequired: isRequired)
    made.append(parameter)
    return parameter
  }

  mutating func affine(_ name: String, _ shape: [Int]) -> AffineParameters {
    AffineParameters(
      weight: parameter(name + ".weight", shape), bias: parameter(name + ".bias", [shape[0]]))
  }

  mutating func batchNorm(_ name: String, channels: Int) -> BatchNormParameters {
    BatchNormParameters(
      weight: parameter(name + ".weight", [channels]),
      bias: parameter(name + ".bias", [channels]),
      runningMean: parameter(name + ".running_mean", [channels]),
      runningVariance: parameter(name + ".running_var", [channels]),
      batchesTracked: parameter(name + ".num_batches_tracked", [], isRequired: false))
  }

  private mutating func branch(_ name: String, _ shape: [Int]) -> BranchParameters {
    .convolution(
      weight: parameter(name + ".conv.weight", shape),
      norm: batchNorm(name + ".bn", channels: shape[0]))
  }

  private mutating func identity(_ name: String, channels: Int) -> BranchParameters {
    .identity(norm: batchNorm(name, channels: channels))
  }

  /// MobileOne's branches: the convolution, a 1×1 scale where the kernel is larger, and an identity
  /// where input and output agree.
  private mutating func mobileOneBranches(
    _ name: String, _ shape: [Int], hasIdentity: Bool
  ) -> [BranchParameters] {
    var branches: [BranchParameters] = []
    if hasIdentity {
      branches.append(identity("\(name).\(words.identityBranch)", channels: shape[0]))
    }
    branches.append(branch("\(name).\(words.kernelBranch)", shape))
    if shape[2] > 1 {
      branches.append(branch("\(name).\(words.scaleBranch)", [shape[0], shape[1], 1, 1]))
    }
    return branches
  }

  /// A MobileOne block; with stride 1 it has an identity branch unless `hasIdentity` says otherwise.
  mutating func mobileOne(
    _ name: String, _ path: String, _ shape: [Int], stride: Int, hasIdentity: Bool = true
  ) -> ConvolutionParameters {
    let origin: ConvolutionParameters.Origin =
      form.isReparameterised
      ? .fused(affine(name + ".reparam_conv", shape))
      : .branches(mobileOneBranches(name, shape, hasIdentity: hasIdentity && stride == 1))
    return ConvolutionParameters(path: path, shape: shape, origin: origin)
  }

  mutating func stage(_ stage: Int, of architecture: Architecture) -> StageParameters {
    let channels = architecture.channels(stage: stage)
    let downsample = stage > 0 ? downsample(stage: stage, channels: channels) : nil
    let encoding =
      architecture.attends(stage: stage)
      ? positionalEncoding(stage: stage, channels: channels) : nil
    let blocks = (0..<architecture.depths[stage]).map { index in
      block(stage: stage, index: index, of: architecture)
    }
    return StageParameters(downsample: downsample, positionalEncoding: encoding, blocks: blocks)
  }

  private mutating func downsample(
    stage: Int, channels: Int
  ) -> (large: ConvolutionParameters, pointwise: ConvolutionParameters) {
    let name = words.downsample(stage: stage)
    let path = Vocabulary.timm.downsample(stage: stage)
    let shape = [channels, 1, 7, 7]
    let origin: ConvolutionParameters.Origin =
      form.isReparameterised
      ? .fused(affine("\(name).0.\(words.fusedLargeKernel)", shape))
      : .branches([
        branch("\(name).0.\(words.largeBranch)", shape),
        branch("\(name).0.small_conv", [channels, 1, 3, 3]),
      ])
    let large = ConvolutionParameters(path: path + ".0", shape: shape, origin: origin)
    return (large, mobileOne(name + ".1", path + ".1", [channels, channels, 1, 1], stride: 1))
  }

  private mutating func positionalEncoding(stage: Int, channels: Int) -> ConvolutionParameters {
    let shape = [channels, 1, 7, 7]
    let name = words.positionalEncoding(stage: stage, isReparameterised: form.isReparameterised)
    let weights = affine(name, shape)
    return ConvolutionParameters(
      path: "stages.\(stage).pos_emb", shape: shape,
      origin: form.isReparameterised ? .fused(weights) : .residual(weights))
  }

  private mutating func block(
    stage: Int, index: Int, of architecture: Architecture
  ) -> BlockParameters {
    let channels = architecture.channels(stage: stage)
    let attends = architecture.attends(stage: stage)
    let name = words.block(stage: stage, index: index, isBehindEncoding: attends)
    let path = Vocabulary.timm.block(stage: stage, index: index, isBehindEncoding: attends)
    let mixer: MixerParameters =
      attends
      ? .attention(attention(name, channels: channels))
      : .repMixer(repMixer(name + ".token_mixer", path + ".token_mixer", channels: channels))
    let feedForward = feedForward(
      "\(name).\(words.feedForward)", path + ".mlp", channels: channels,
      hidden: channels * architecture.expansion,
      layerScale: words.layerScale("\(name).layer_scale" + (attends ? "_2" : "")))
    return BlockParameters(path: path, mixer: mixer, feedForward: feedForward)
  }

  private mutating func repMixer(
    _ name: String, _ path: String, channels: Int
  ) -> ConvolutionParameters {
    let shape = [channels, 1, 3, 3]
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

  private mutating func attention(_ name: String, channels: Int) -> AttentionParameters {
    AttentionParameters(
      norm: batchNorm(name + ".norm", channels: channels),
      queryKeyValue: parameter(name + ".token_mixer.qkv.weight", [3 * channels, channels]),
      projection: affine(name + ".token_mixer.proj", [channels, channels]),
      layerScale: parameter(words.layerScale(name + ".layer_scale_1"), [channels, 1, 1]))
  }

  private mutating func feedForward(
    _ name: String, _ path: String, channels: Int, hidden: Int, layerScale: String
  ) -> FeedForwardParameters {
    let shape = [channels, 1, 7, 7]
    let convolution = ConvolutionParameters(
      path: path + ".conv", shape: shape,
      origin: .normalised(
        weight: parameter(name + ".conv.conv.weight", shape),
        norm: batchNorm(name + ".conv.bn", channels: channels)))
    return FeedForwardParameters(
      convolution: convolution,
      expand: affine(name + ".fc1", [hidden, channels, 1, 1]),
      project: affine(name + ".fc2", [channels, hidden, 1, 1]),
      layerScale: parameter(layerScale, [channels, 1, 1]))
  }
}
