import KernelContract

/// Lays out the graph of one variant, without weights, and says what each node's are folded of.
struct GraphBuilder<Scalar: BinaryFloatingPoint & Sendable> {
  private(set) var nodes: [Node<Scalar>] = []

  /// One a node; nil for operations without weights.
  private(set) var folds: [Fold?] = []

  /// Appends an operation on `inputs` and gives the number of the value it makes.
  private mutating func append(
    _ name: String, _ operation: Operation<Scalar>, _ inputs: Int..., fold: Fold? = nil
  ) -> Int {
    let output = nodes.count + 1
    nodes.append(Node(name: name, operation: operation, inputs: inputs, output: output))
    folds.append(fold)
    return output
  }

  /// The shape of what `fold` makes, without the weights.
  private func outline(_ fold: Fold, stride: Int = 1, groups: Int = 1) -> ConvolutionWeights<Scalar>
  {
    let shape = fold.shape
    return ConvolutionWeights(
      geometry: ConvolutionGeometry(kernel: shape[2], stride: stride),
      inputChannels: shape[1] * groups, outputChannels: shape[0], weights: [], bias: [])
  }

  private mutating func depthwise(
    _ parameters: ConvolutionParameters, stride: Int = 1, multiplier: Int = 1, on input: Int
  ) -> Int {
    let fold = Fold.convolution(parameters)
    let weights = outline(fold, stride: stride, groups: parameters.shape[0] / multiplier)
    return append(
      parameters.path, .depthwise(weights, multiplier: multiplier), input, fold: fold)
  }

  private mutating func pointwise(_ name: String, _ fold: Fold, on input: Int) -> Int {
    append(name, .pointwise(outline(fold)), input, fold: fold)
  }

  private mutating func pointwise(_ parameters: ConvolutionParameters, on input: Int) -> Int {
    pointwise(parameters.path, .convolution(parameters), on: input)
  }

  private mutating func activation(_ activation: Activation, _ name: String, on input: Int) -> Int {
    append("\(name).\(activation.rawValue)", .activation(activation), input)
  }

  /// The three convolutions that bring the picture to a quarter of its size.
  mutating func stem(_ stem: [ConvolutionParameters]) -> Int {
    let dense = Fold.convolution(stem[0])
    var value = append(stem[0].path, .convolution(outline(dense, stride: 2)), 0, fold: dense)
    value = activation(.gelu, stem[0].path, on: value)
    value = depthwise(stem[1], stride: 2, on: value)
    value = activation(.gelu, stem[1].path, on: value)
    value = pointwise(stem[2], on: value)
    return activation(.gelu, stem[2].path, on: value)
  }

  /// What lies in front of a stage, and its blocks.
  mutating func stage(_ stage: StageParameters, on input: Int) -> Int {
    var value = input
    if let downsample = stage.downsample {
      // No activation after the 7×7: Apple's code computes one and drops its result.
      value = depthwise(downsample.large, stride: 2, multiplier: 2, on: value)
      value = pointwise(downsample.pointwise, on: value)
      value = activation(.gelu, downsample.pointwise.path, on: value)
    }
    if let encoding = stage.positionalEncoding {
      value = depthwise(encoding, on: value)
    }
    for block in stage.blocks { value = self.block(block, on: value) }
    return value
  }

  private mutating func block(
    _ block: BlockParameters, on input: Int
  ) -> Int {
    let mixed: Int
    switch block.mixer {
    case .repMixer(let convolution):
      mixed = depthwise(convolution, on: input)
    case .attention(let attention):
      mixed = self.attention(attention, block.path + ".token_mixer", on: input)
    }
    return feedForward(block.feedForward, block.path + ".mlp", on: mixed)
  }

  private mutating func attention(
    _ attention: AttentionParameters, _ name: String, on input: Int
  ) -> Int {
    var value = pointwise(name + ".qkv", .queryKeyValue(attention), on: input)
    value = append(
      name + ".attention", .attention(headDimension: Architecture.headDimension), value)
    value = pointwise(
      name + ".proj", .scaled(attention.projection, by: attention.layerScale), on: value)
    return append(name + ".add", .add, input, value)
  }

  private mutating func feedForward(
    _ block: FeedForwardParameters, _ name: String, on input: Int
  ) -> Int {
    var value = depthwise(block.convolution, on: input)
    value = pointwise(name + ".fc1", .plain(block.expand), on: value)
    value = activation(.gelu, name, on: value)
    value = pointwise(name + ".fc2", .scaled(block.project, by: block.layerScale), on: value)
    return append(name + ".add", .add, input, value)
  }

  /// The head: features, squeeze-and-excitation, GELU, mean, classifier.
  mutating func head(
    _ parameters: NetworkParameters, on input: Int
  ) -> (embedding: Int, logits: Int) {
    let name = parameters.finalConvolution.path
    let features = depthwise(parameters.finalConvolution, multiplier: 2, on: input)
    var gate = append(name + ".se.mean", .globalAveragePool, features)
    gate = pointwise(name + ".se.fc1", .plain(parameters.squeeze), on: gate)
    gate = activation(.relu, name + ".se", on: gate)
    gate = pointwise(name + ".se.fc2", .plain(parameters.excite), on: gate)
    gate = activation(.sigmoid, name + ".se", on: gate)
    var value = append(name + ".se.scale", .scaleChannels, features, gate)
    value = activation(.gelu, name, on: value)
    let embedding = append("head.global_pool", .globalAveragePool, value)
    let logits = pointwise("head.fc", .plain(parameters.head), on: embedding)
    return (embedding, logits)
  }
}

extension Graph {
  /// The network of `architecture` without weights: for shapes, costs and listings.
  package static func outline(_ architecture: Architecture, classCount: Int = 1000) -> Graph {
    let form = CheckpointForm(.timm, isReparameterised: true)
    return outline(NetworkParameters(architecture, form: form, classCount: classCount)).graph
  }

  /// The network of `parameters` without weights, and what each node's are folded of.
  static func outline(_ parameters: NetworkParameters) -> (graph: Graph, folds: [Fold?]) {
    var builder = GraphBuilder<Scalar>()
    var value = builder.stem(parameters.stem)
    var stageOutputs: [Int] = []
    for stage in parameters.stages {
      value = builder.stage(stage, on: value)
      stageOutputs.append(value)
    }
    let head = builder.head(parameters, on: value)
    let graph = Graph(
      architecture: parameters.architecture, classCount: parameters.classCount,
      nodes: builder.nodes, stageOutputs: stageOutputs, embedding: head.embedding,
      logits: head.logits)
    return (graph, builder.folds)
  }
}
