import FastViTFiles

/// Writes the folded network under timm's reparameterised names.
///
/// timm's reparameterised modules still hold batch norms and layer scales. The export makes these
/// identities: weight 1, mean 0, variance 1 − ε, scale 1. Two norms keep a bias. The convolution of a
/// feed-forward block has no bias of its own, so the norm after it carries the bias. Queries, keys and
/// values have neither a bias nor the query scale, so the norm before them keeps a shift and the queries
/// stay unscaled.
package struct ReparameterisedExport: Sendable {
  private let target: NetworkParameters
  private var folded: [String: [Float]] = [:]

  /// Folds the tensors of `parameters` from `source`.
  ///
  /// - Throws: `badValue`, or `overflow` where single precision cannot hold what is folded.
  package init(
    _ parameters: NetworkParameters, from source: some ParameterSource
  ) throws(NetworkError) {
    target = NetworkParameters(
      parameters.architecture, form: CheckpointForm(.timm, isReparameterised: true),
      classCount: parameters.classCount)
    for (from, to) in zip(parameters.stem, target.stem) { set(to, try source.folded(from)) }
    for (from, to) in zip(parameters.stages, target.stages) { try set(to, from, source) }
    try set(target.head, parameters.head, source)
    for parameter in target.all where folded[parameter.name]?.areSinglePrecision() == false {
      throw .overflow(file: source.label, layer: parameter.name)
    }
  }

  /// The tensors to write, in the order of the network.
  package var entries: [SafetensorsWriter.Entry] {
    target.all.map { parameter in
      guard let values = folded[parameter.name] else {
        precondition(!parameter.isRequired, "\(parameter.name) was not folded")
        return SafetensorsWriter.Entry(parameter.name, shape: parameter.shape, [Int64(0)])
      }
      return SafetensorsWriter.Entry(parameter.name, shape: parameter.shape, values)
    }
  }

  private mutating func set(_ parameter: Parameter, _ values: [Double]) {
    folded[parameter.name] = values.map { Float($0) }
  }

  private mutating func set(_ affine: AffineParameters, _ convolution: FoldedConvolution) {
    set(affine.weight, convolution.weights)
    set(affine.bias, convolution.bias)
  }

  /// Makes `norm` an identity except for `scale` and `shift`.
  private mutating func set(_ norm: BatchNormParameters, scale: [Double], shift: [Double]) {
    let channels = shift.count
    set(norm.weight, scale)
    set(norm.bias, shift)
    set(norm.runningMean, [Double](repeating: 0, count: channels))
    set(norm.runningVariance, [Double](repeating: 1 - BatchNorm.epsilon, count: channels))
  }

  private mutating func set(_ convolution: ConvolutionParameters, _ folded: FoldedConvolution) {
    switch convolution.origin {
    case .fused(let affine):
      set(affine, folded)
    case .normalised(let weight, let norm):
      set(weight, folded.weights)
      set(norm, scale: [Double](repeating: 1, count: folded.outputs), shift: folded.bias)
    case .branches, .repMixer, .residual:
      preconditionFailure("the reparameterised form has no branches")
    }
  }

  private mutating func setIdentity(_ layerScale: Parameter) {
    set(layerScale, [Double](repeating: 1, count: layerScale.elementCount))
  }

  private mutating func set(
    _ to: SqueezeAndExciteParameters, _ from: SqueezeAndExciteParameters,
    _ source: some ParameterSource
  ) throws(NetworkError) {
    set(to.squeeze, try source.plain(from.squeeze))
    set(to.excite, try source.plain(from.excite))
  }

  private mutating func set(
    _ to: HeadParameters, _ from: HeadParameters, _ source: some ParameterSource
  ) throws(NetworkError) {
    set(to.convolution, try source.folded(from.convolution))
    try set(to.squeezeAndExcite, from.squeezeAndExcite, source)
    if let to = to.classifier, let from = from.classifier { set(to, try source.plain(from)) }
  }

  private mutating func set(
    _ to: StageParameters, _ from: StageParameters, _ source: some ParameterSource
  ) throws(NetworkError) {
    if let to = to.downsample, let from = from.downsample {
      set(to.large, try source.folded(from.large))
      if let to = to.squeezeAndExcite, let from = from.squeezeAndExcite {
        try set(to, from, source)
      }
      set(to.pointwise, try source.folded(from.pointwise))
    }
    if let to = to.positionalEncoding, let from = from.positionalEncoding {
      set(to, try source.folded(from))
    }
    for (to, from) in zip(to.blocks, from.blocks) {
      switch (to.mixer, from.mixer) {
      case (.repMixer(let to), .repMixer(let from)): set(to, try source.folded(from))
      case (.attention(let to), .attention(let from)): try set(to, from, source)
      default: preconditionFailure("one architecture has one mixer in each block")
      }
      set(to.feedForward.convolution, try source.folded(from.feedForward.convolution))
      set(to.feedForward.expand, try source.plain(from.feedForward.expand))
      set(
        to.feedForward.project,
        try source.scaled(from.feedForward.project, by: from.feedForward.layerScale))
      setIdentity(to.feedForward.layerScale)
    }
  }

  /// Moves the norm's scale s into the weight, W · diag(s), and leaves the shift t as t / s.
  ///
  /// A channel whose t / s would exceed 2¹⁰, because s is zero or tiny, keeps its scale.
  private mutating func set(
    _ to: AttentionParameters, _ from: AttentionParameters, _ source: some ParameterSource
  ) throws(NetworkError) {
    let norm = try source.batchNorm(from.norm)
    var weights = try source.values(of: from.queryKeyValue)
    let channels = norm.scale.count
    var scale = norm.scale
    var shift = norm.shift
    for channel in 0..<channels {
      let moved = shift[channel] / scale[channel]
      guard moved.magnitude <= 1024 else { continue }
      for row in 0..<3 * channels { weights[row * channels + channel] *= scale[channel] }
      scale[channel] = 1
      shift[channel] = moved
    }
    set(to.norm, scale: scale, shift: shift)
    set(to.queryKeyValue, weights)
    set(to.projection, try source.scaled(from.projection, by: from.layerScale))
    setIdentity(to.layerScale)
  }
}
