import FastViTOperations

/// Lays out the graph of one architecture, without weights, and says what each node's weights are folded
/// from.
struct GraphBuilder<Scalar: BinaryFloatingPoint & Sendable> {
  private(set) var nodes: [Node<Scalar>] = []

  /// One per node; nil for operations without weights.
  private(set) var folds: [Fold?] = []

  /// Appends an operation on `inputs` and returns the number of the value that it makes.
  private mutating func append(
    _ name: String, _ operation: any Operation, _ inputs: Int..., fold: Fold? = nil
  ) -> Int {
    let output = nodes.count + 1
    nodes.append(Node(name: name, operation: operation, inputs: inputs, output: output))
    folds.append(fold)
    return output
  }

  private mutating func depthwise(
    _ parameters: ConvolutionParameters, stride: Int = 1, multiplier: Int = 1, on input: Int
  ) -> Int {
    let geometry = ConvolutionGeometry(kernel: parameters.shape[2], stride: stride)
    return append(
      parameters.path, .depthwise(geometry, multiplier: multiplier), input,
      fold: .convolution(parameters))
  }

  private mutating func pointwise(_ name: String, _ fold: Fold, on input: Int) -> Int {
    append(name, .pointwise(outputChannels: fold.shape[0]), input, fold: fold)
  }

  private mutating func pointwise(_ parameters: ConvolutionParameters, on input: Int) -> Int {
    pointwise(parameters.path, .convolution(parameters), on: input)
  }

  private mutating func activation(_ activation: ActivationFunction, _ name: String, on input: Int)
    -> Int
  {
    append("\(name).\(activation.rawValue)", .activation(activation), input)
  }

  /// The three convolutions that bring the image to a quarter of its size.
  mutating func stem(_ stem: [ConvolutionParameters]) -> Int {
    let shape = stem[0].shape
    let dense = ConvolutionGeometry(kernel: shape[2], stride: 2)
    var value = append(
      stem[0].path, .convolution(dense, outputChannels: shape[0]), 0, fold: .convolution(stem[0]))
    value = activation(.gelu, stem[0].path, on: value)
    value = depthwise(stem[1], stride: 2, on: value)
    value = activation(.gelu, stem[1].path, on: value)
    value = pointwise(stem[2], on: value)
    return activation(.gelu, stem[2].path, on: value)
  }

  /// What lies before a stage's blocks, and the blocks.
  mutating func stage(_ stage: StageParameters, on input: Int) -> Int {
    var value = input
    if let downsample = stage.downsample { value = self.downsample(downsample, on: value) }
    if let encoding = stage.positionalEncoding {
      value = depthwise(encoding, on: value)
    }
    for block in stage.blocks { value = self.block(block, on: value) }
    return value
  }

  private mutating func downsample(_ downsample: DownsampleParameters, on input: Int) -> Int {
    let large = downsample.large
    var value = depthwise(
      large, stride: Architecture.Downsample.stride, multiplier: downsample.multiplier, on: input)
    if let parameters = downsample.squeezeAndExcite {
      value = squeezeAndExcite(parameters, large.path + ".se", on: value)
    }
    if downsample.hasActivation { value = activation(.gelu, large.path, on: value) }
    value = pointwise(downsample.pointwise, on: value)
    return activation(.gelu, downsample.pointwise.path, on: value)
  }

  private mutating func squeezeAndExcite(
    _ parameters: SqueezeAndExciteParameters, _ name: String, on input: Int
  ) -> Int {
    var gate = append(name + ".mean", .globalAveragePool, input)
    gate = pointwise(name + ".fc1", .plain(parameters.squeeze), on: gate)
    gate = activation(.relu, name, on: gate)
    gate = pointwise(name + ".fc2", .plain(parameters.excite), on: gate)
    gate = activation(.sigmoid, name, on: gate)
    return append(name + ".scale", .scaleChannels, input, gate)
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
      name + ".attention", .attention(headDimension: attention.headDimension), value)
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

  /// What follows the last stage. Where the embedding is the output, it is both values.
  mutating func head(_ head: HeadParameters, on input: Int) -> (embedding: Int, logits: Int) {
    let name = head.convolution.path
    var value = depthwise(head.convolution, multiplier: head.multiplier, on: input)
    value = squeezeAndExcite(head.squeezeAndExcite, name + ".se", on: value)
    value = activation(.gelu, name, on: value)
    let embedding = append("head.global_pool", .globalAveragePool, value)
    let logits = head.classifier.map { pointwise("head.fc", .plain($0), on: embedding) }
    return (embedding, logits ?? embedding)
  }
}

extension Graph {
  /// The network of `architecture` without weights: for shapes, costs and listings.
  package static func outline(_ architecture: Architecture, classCount: Int = 1000) -> Graph {
    let form = CheckpointForm(.timm, isReparameterised: true)
    return outline(NetworkParameters(architecture, form: form, classCount: classCount)).graph
  }

  /// The network of `parameters` without weights, and what each node's weights are folded from.
  static func outline(_ parameters: NetworkParameters) -> (graph: Graph, folds: [Fold?]) {
    var builder = GraphBuilder<Scalar>()
    var value = builder.stem(parameters.stem)
    var stageOutputs: [Int] = []
    for stage in parameters.stages {
      value = builder.stage(stage, on: value)
      stageOutputs.append(value)
    }
    let head = builder.head(parameters.head, on: value)
    let graph = Graph(
      architecture: parameters.architecture, classCount: parameters.classCount,
      nodes: builder.nodes, stageOutputs: stageOutputs, embedding: head.embedding,
      logits: head.logits)
    return (graph, builder.folds)
  }
}
