import KernelContract

/// Builds the graph of one variant, folding each tensor as it comes.
struct GraphBuilder<Scalar: BinaryFloatingPoint & Sendable> {
  /// Where weights come from; nil for an outline without them.
  let source: (any ParameterSource)?
  private(set) var nodes: [Node<Scalar>] = []

  init(source: (any ParameterSource)?) {
    self.source = source
  }

  /// Appends an operation on `inputs` and gives the number of the value it makes.
  private mutating func append(
    _ name: String, _ operation: Operation<Scalar>, _ inputs: Int...
  ) -> Int {
    let output = nodes.count + 1
    nodes.append(Node(name: name, operation: operation, inputs: inputs, output: output))
    return output
  }

  /// Rounds what `fold` makes to `Scalar`, or leaves the weights out of an outline.
  private func weights(
    _ shape: [Int], stride: Int, groups: Int,
    _ fold: (any ParameterSource) throws(NetworkError) -> FoldedConvolution
  ) throws(NetworkError) -> ConvolutionWeights<Scalar> {
    let folded: FoldedConvolution? = if let source { try fold(source) } else { nil }
    precondition(folded.map { $0.shape == shape } ?? true)
    return ConvolutionWeights(
      geometry: ConvolutionGeometry(kernel: shape[2], stride: stride),
      inputChannels: shape[1] * groups, outputChannels: shape[0],
      weights: rounded(folded?.weights ?? []), bias: rounded(folded?.bias ?? []))
  }

  private mutating func depthwise(
    _ parameters: ConvolutionParameters, stride: Int = 1, multiplier: Int = 1, on input: Int
  ) throws(NetworkError) -> Int {
    let weights = try weights(
      parameters.shape, stride: stride, groups: parameters.shape[0] / multiplier
    ) { source throws(NetworkError) in try source.folded(parameters) }
    return append(parameters.path, .depthwise(weights, multiplier: multiplier), input)
  }

  private mutating func pointwise(
    _ name: String, _ parameter: Parameter, on input: Int,
    _ fold: (any ParameterSource) throws(NetworkError) -> FoldedConvolution
  ) throws(NetworkError) -> Int {
    let shape = Array(parameter.shape.prefix(2)) + [1, 1]
    return append(name, .pointwise(try weights(shape, stride: 1, groups: 1, fold)), input)
  }

  private mutating func pointwise(
    _ parameters: ConvolutionParameters, on input: Int
  ) throws(NetworkError) -> Int {
    let weights = try weights(parameters.shape, stride: 1, groups: 1) {
      source throws(NetworkError) in try source.folded(parameters)
    }
    return append(parameters.path, .pointwise(weights), input)
  }

  private mutating func activation(_ activation: Activation, _ name: String, on input: Int) -> Int {
    append("\(name).\(activation.rawValue)", .activation(activation), input)
  }

  /// The three convolutions that bring the picture to a quarter of its size.
  mutating func stem(_ stem: [ConvolutionParameters]) throws(NetworkError) -> Int {
    let dense = try weights(stem[0].shape, stride: 2, groups: 1) { source throws(NetworkError) in
      try source.folded(stem[0])
    }
    var value = append(stem[0].path, .convolution(dense), 0)
    value = activation(.gelu, stem[0].path, on: value)
    value = try depthwise(stem[1], stride: 2, on: value)
    value = activation(.gelu, stem[1].path, on: value)
    value = try pointwise(stem[2], on: value)
    return activation(.gelu, stem[2].path, on: value)
  }

  /// What lies in front of a stage, and its blocks.
  mutating func stage(_ stage: StageParameters, on input: Int) throws(NetworkError) -> Int {
    var value = input
    if let downsample = stage.downsample {
      // No activation after the 7×7: Apple's code computes one and drops its result.
      value = try depthwise(downsample.large, stride: 2, multiplier: 2, on: value)
      value = try pointwise(downsample.pointwise, on: value)
      value = activation(.gelu, downsample.pointwise.path, on: value)
    }
    if let encoding = stage.positionalEncoding {
      value = try depthwise(encoding, on: value)
    }
    for block in stage.blocks { value = try self.block(block, on: value) }
    return value
  }

  private mutating func block(
    _ block: BlockParameters, on input: Int
  ) throws(NetworkError) -> Int {
    let mixed: Int
    switch block.mixer {
    case .repMixer(let convolution):
      mixed = try depthwise(convolution, on: input)
    case .attention(let attention):
      mixed = try self.attention(attention, block.path + ".token_mixer", on: input)
    }
    return try feedForward(block.feedForward, block.path + ".mlp", on: mixed)
  }

  private mutating func attention(
    _ attention: AttentionParameters, _ name: String, on input: Int
  ) throws(NetworkError) -> Int {
    var value = try pointwise(name + ".qkv", attention.queryKeyValue, on: input) {
      source throws(NetworkError) in try source.queryKeyValue(attention)
    }
    value = append(
      name + ".attention", .attention(headDimension: Architecture.headDimension), value)
    value = try pointwise(name + ".proj", attention.projection.weight, on: value) {
      source throws(NetworkError) in
      try source.scaled(attention.projection, by: attention.layerScale)
    }
    return append(name + ".add", .add, input, value)
  }

  private mutating func feedForward(
    _ block: FeedForwardParameters, _ name: String, on input: Int
  ) throws(NetworkError) -> Int {
    var value = try depthwise(block.convolution, on: input)
    value = try pointwise(name + ".fc1", block.expand.weight, on: value) {
      source throws(NetworkError) in try source.plain(block.expand)
    }
    value = activation(.gelu, name, on: value)
    value = try pointwise(name + ".fc2", block.project.weight, on: value) {
      source throws(NetworkError) in try source.scaled(block.project, by: block.layerScale)
    }
    return append(name + ".add", .add, input, value)
  }

  /// The head: features, squeeze-and-excitation, GELU, mean, classifier.
  mutating func head(
    _ parameters: NetworkParameters, on input: Int
  ) throws(NetworkError) -> (embedding: Int, logits: Int) {
    let name = parameters.finalConvolution.path
    let features = try depthwise(parameters.finalConvolution, multiplier: 2, on: input)
    var gate = append(name + ".se.mean", .globalAveragePool, features)
    gate = try pointwise(name + ".se.fc1", parameters.squeeze.weight, on: gate) {
      source throws(NetworkError) in try source.plain(parameters.squeeze)
    }
    gate = activation(.relu, name + ".se", on: gate)
    gate = try pointwise(name + ".se.fc2", parameters.excite.weight, on: gate) {
      source throws(NetworkError) in try source.plain(parameters.excite)
    }
    gate = activation(.sigmoid, name + ".se", on: gate)
    var value = append(name + ".se.scale", .scaleChannels, features, gate)
    value = activation(.gelu, name, on: value)
    let embedding = append("head.global_pool", .globalAveragePool, value)
    let logits = try pointwise("head.fc", parameters.head.weight, on: embedding) {
      source throws(NetworkError) in try source.plain(parameters.head)
    }
    return (embedding, logits)
  }
}

/// The one rounding of folded values.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func rounded<Scalar: BinaryFloatingPoint & Sendable>(_ values: [Double]) -> [Scalar] {
  values.map { Scalar($0) }
}

extension Graph {
  /// The network of `parameters` with weights from `source`, folded in `Double` and rounded once.
  ///
  /// - Throws: `badValue` where a batch norm's variance has no square root.
  package init(
    _ parameters: NetworkParameters, from source: some ParameterSource
  ) throws(NetworkError) {
    try self.init(parameters, source: source)
  }

  /// The network of `architecture` without weights: for shapes, costs and listings.
  package static func outline(_ architecture: Architecture, classCount: Int = 1000) -> Graph {
    let form = CheckpointForm(.timm, isReparameterised: true)
    do {
      return try Graph(
        NetworkParameters(architecture, form: form, classCount: classCount), source: nil)
    } catch {
      preconditionFailure("an outline reads no weights: \(error)")
    }
  }

  private init(
    _ parameters: NetworkParameters, source: (any ParameterSource)?
  ) throws(NetworkError) {
    var builder = GraphBuilder<Scalar>(source: source)
    var value = try builder.stem(parameters.stem)
    var stageOutputs: [Int] = []
    for stage in parameters.stages {
      value = try builder.stage(stage, on: value)
      stageOutputs.append(value)
    }
    let head = try builder.head(parameters, on: value)
    self.init(
      architecture: parameters.architecture, classCount: parameters.classCount,
      nodes: builder.nodes, stageOutputs: stageOutputs, embedding: head.embedding,
      logits: head.logits)
  }
}
