import FastViTOperations
import Testing

@testable import FastViTNetwork

/// The builder follows the row, also where a row has parts that no published variant has.
@Suite struct ArchitectureTests {
  /// The name, the operation and the output for 64 × 48 pixels of every node of `Architecture.madeUp`.
  private static let nodes: [(name: String, operation: String, shape: [Int])] = [
    ("stem.0", "convolution 5×5 s2", [32, 24, 8]),
    ("stem.0.gelu", "gelu", [32, 24, 8]),
    ("stem.1", "depthwise 5×5 s2", [16, 12, 8]),
    ("stem.1.gelu", "gelu", [16, 12, 8]),
    ("stem.2", "pointwise", [16, 12, 8]),
    ("stem.2.gelu", "gelu", [16, 12, 8]),
    ("stages.0.pos_emb", "depthwise 5×5 s1", [16, 12, 8]),
    ("stages.0.blocks.0.token_mixer.qkv", "pointwise", [16, 12, 24]),
    ("stages.0.blocks.0.token_mixer.attention", "attention, heads of 4", [16, 12, 8]),
    ("stages.0.blocks.0.token_mixer.proj", "pointwise", [16, 12, 8]),
    ("stages.0.blocks.0.token_mixer.add", "add", [16, 12, 8]),
    ("stages.0.blocks.0.mlp.conv", "depthwise 3×3 s1", [16, 12, 8]),
    ("stages.0.blocks.0.mlp.fc1", "pointwise", [16, 12, 16]),
    ("stages.0.blocks.0.mlp.gelu", "gelu", [16, 12, 16]),
    ("stages.0.blocks.0.mlp.fc2", "pointwise", [16, 12, 8]),
    ("stages.0.blocks.0.mlp.add", "add", [16, 12, 8]),
    ("stages.1.downsample.proj.0", "depthwise 5×5 s2 ×3", [8, 6, 24]),
    ("stages.1.downsample.proj.0.se.mean", "global average pool", [1, 1, 24]),
    ("stages.1.downsample.proj.0.se.fc1", "pointwise", [1, 1, 6]),
    ("stages.1.downsample.proj.0.se.relu", "relu", [1, 1, 6]),
    ("stages.1.downsample.proj.0.se.fc2", "pointwise", [1, 1, 24]),
    ("stages.1.downsample.proj.0.se.sigmoid", "sigmoid", [1, 1, 24]),
    ("stages.1.downsample.proj.0.se.scale", "scale channels", [8, 6, 24]),
    ("stages.1.downsample.proj.0.gelu", "gelu", [8, 6, 24]),
    ("stages.1.downsample.proj.1", "pointwise", [8, 6, 24]),
    ("stages.1.downsample.proj.1.gelu", "gelu", [8, 6, 24]),
    ("stages.1.blocks.0.token_mixer", "depthwise 5×5 s1", [8, 6, 24]),
    ("stages.1.blocks.0.mlp.conv", "depthwise 7×7 s1", [8, 6, 24]),
    ("stages.1.blocks.0.mlp.fc1", "pointwise", [8, 6, 24]),
    ("stages.1.blocks.0.mlp.gelu", "gelu", [8, 6, 24]),
    ("stages.1.blocks.0.mlp.fc2", "pointwise", [8, 6, 24]),
    ("stages.1.blocks.0.mlp.add", "add", [8, 6, 24]),
    ("stages.2.pos_emb", "depthwise 3×3 s1", [8, 6, 24]),
    ("stages.2.blocks.0.token_mixer.qkv", "pointwise", [8, 6, 72]),
    ("stages.2.blocks.0.token_mixer.attention", "attention, heads of 8", [8, 6, 24]),
    ("stages.2.blocks.0.token_mixer.proj", "pointwise", [8, 6, 24]),
    ("stages.2.blocks.0.token_mixer.add", "add", [8, 6, 24]),
    ("stages.2.blocks.0.mlp.conv", "depthwise 7×7 s1", [8, 6, 24]),
    ("stages.2.blocks.0.mlp.fc1", "pointwise", [8, 6, 72]),
    ("stages.2.blocks.0.mlp.gelu", "gelu", [8, 6, 72]),
    ("stages.2.blocks.0.mlp.fc2", "pointwise", [8, 6, 24]),
    ("stages.2.blocks.0.mlp.add", "add", [8, 6, 24]),
    ("stages.2.blocks.1.token_mixer.qkv", "pointwise", [8, 6, 72]),
    ("stages.2.blocks.1.token_mixer.attention", "attention, heads of 8", [8, 6, 24]),
    ("stages.2.blocks.1.token_mixer.proj", "pointwise", [8, 6, 24]),
    ("stages.2.blocks.1.token_mixer.add", "add", [8, 6, 24]),
    ("stages.2.blocks.1.mlp.conv", "depthwise 7×7 s1", [8, 6, 24]),
    ("stages.2.blocks.1.mlp.fc1", "pointwise", [8, 6, 72]),
    ("stages.2.blocks.1.mlp.gelu", "gelu", [8, 6, 72]),
    ("stages.2.blocks.1.mlp.fc2", "pointwise", [8, 6, 24]),
    ("stages.2.blocks.1.mlp.add", "add", [8, 6, 24]),
    ("final_conv", "depthwise 5×5 s1", [8, 6, 24]),
    ("final_conv.se.mean", "global average pool", [1, 1, 24]),
    ("final_conv.se.fc1", "pointwise", [1, 1, 3]),
    ("final_conv.se.relu", "relu", [1, 1, 3]),
    ("final_conv.se.fc2", "pointwise", [1, 1, 24]),
    ("final_conv.se.sigmoid", "sigmoid", [1, 1, 24]),
    ("final_conv.se.scale", "scale channels", [8, 6, 24]),
    ("final_conv.gelu", "gelu", [8, 6, 24]),
    ("head.global_pool", "global average pool", [1, 1, 24]),
  ]

  @Test func graphIsTheRow() {
    let graph = Graph<Float>.outline(.madeUp)
    let shapes = graph.shapes(height: 64, width: 48)
    #expect(graph.nodes.map(\.name) == Self.nodes.map(\.name))
    for (node, expected) in zip(graph.nodes, Self.nodes) {
      let shape = FeatureShape(
        height: expected.shape[0], width: expected.shape[1], channels: expected.shape[2])
      #expect(node.operation.summary == expected.operation, "\(node.name)")
      #expect(shapes[node.output] == shape, "\(node.name)")
    }
    #expect(shapes[0] == FeatureShape(height: 64, width: 48, channels: 4))
    // The first input is the map, the second the gate.
    #expect(graph.nodes[22].inputs == [17, 22])
  }

  /// Stages end with their blocks, and without a classifier the embedding is the output.
  @Test func resultsAreTheRows() {
    let graph = Graph<Float>.outline(.madeUp)
    #expect(
      graph.stageOutputs.map { graph.nodes[$0 - 1].name } == [
        "stages.0.blocks.0.mlp.add", "stages.1.blocks.0.mlp.add", "stages.2.blocks.1.mlp.add",
      ])
    #expect(graph.embedding == graph.nodes.count)
    #expect(graph.logits == graph.embedding)
    #expect(graph.classCount == 24)
  }

  @Test func numbersFollowFromTheRow() throws {
    #expect(Architecture.madeUp.embeddingWidth == 24)
    #expect(Architecture.madeUp.smallestInputSize == 8)
    #expect(Architecture.madeUp.preprocessing.inputSize == 96)
    let t8 = try #require(Architecture.named("fastvit_T8"))
    #expect(t8.embeddingWidth == 768)
    #expect(t8.smallestInputSize == 32)
    #expect(t8.preprocessing.inputSize == 256)
  }

  /// Names of parts that the variants' published key lists do not have, in every form.
  @Test(arguments: [
    (
      CheckpointForm(.apple, isReparameterised: false),
      [
        "patch_embed.0.rbr_conv.0.conv.weight [8, 4, 5, 5]", "network.0.pe.weight [8, 1, 5, 5]",
        "network.1.0.token_mixer.qkv.weight [24, 8]", "network.1.0.layer_scale_2 [8, 1, 1]",
        "network.2.proj.0.lkb_origin.conv.weight [24, 1, 5, 5]",
        "network.2.proj.0.small_conv.conv.weight [24, 1, 3, 3]",
        "network.2.proj.0.se.fc1.weight [6, 24, 1, 1]",
        "network.2.proj.0.se.fc2.bias [24]",
        "network.3.0.token_mixer.mixer.rbr_conv.0.conv.weight [24, 1, 5, 5]",
        "network.4.pe.bias [24]", "network.5.1.convffn.fc1.weight [72, 24, 1, 1]",
        "conv_exp.rbr_conv.0.conv.weight [24, 1, 5, 5]", "conv_exp.se.reduce.weight [3, 24, 1, 1]",
      ]
    ),
    (
      CheckpointForm(.apple, isReparameterised: true),
      [
        "network.0.reparam_conv.weight [8, 1, 5, 5]",
        "network.2.proj.0.lkb_reparam.weight [24, 1, 5, 5]",
        "network.2.proj.0.se.fc2.weight [24, 6, 1, 1]", "network.4.reparam_conv.bias [24]",
      ]
    ),
    (
      CheckpointForm(.timm, isReparameterised: false),
      [
        "stages.0.pos_emb.pos_enc.weight [8, 1, 5, 5]",
        "stages.1.downsample.proj.0.se.fc1.weight [6, 24, 1, 1]",
        "stages.1.downsample.proj.0.se.fc1.bias [6]",
        "stages.1.downsample.proj.0.se.fc2.weight [24, 6, 1, 1]",
        "stages.2.blocks.1.layer_scale_2.gamma [24, 1, 1]", "final_conv.se.fc2.bias [24]",
      ]
    ),
    (
      CheckpointForm(.timm, isReparameterised: true),
      [
        "stages.1.downsample.proj.0.reparam_conv.bias [24]",
        "stages.1.downsample.proj.0.se.fc2.bias [24]",
        "stages.2.pos_emb.reparam_conv.weight [24, 1, 3, 3]",
      ]
    ),
  ]) func namesFollowFromTheRow(form: CheckpointForm, expected: [String]) {
    let parameters = NetworkParameters(.madeUp, form: form, classCount: 5)
    let made = Set(parameters.all.map { "\($0.name) \($0.shape)" })
    #expect(made.count == parameters.all.count)
    #expect(Set(expected).subtracting(made) == [])
    #expect(!parameters.all.contains { $0.name.hasPrefix("head") })
  }

  /// The folded weights of a tree fit its graph, and every required tensor is read.
  @Test(arguments: CheckpointForm.allCases) func weightsFitTheGraph(form: CheckpointForm) throws {
    let parameters = NetworkParameters(.madeUp, form: form, classCount: 5)
    let source = CountingSource()
    let graph = try Graph<Float>(parameters, from: source)
    #expect(Set(source.reads.keys) == Set(parameters.all.filter(\.isRequired).map(\.name)))
    let shapes = graph.shapes(height: 64, width: 64)
    for node in graph.nodes {
      guard let weights = node.weights else { continue }
      #expect(weights.bias.count == shapes[node.output].channels, "\(node.name)")
      let expected = node.operation.parameterCount(
        inputChannels: shapes[node.inputs[0]].channels)
      #expect(weights.weights.count + weights.bias.count == expected, "\(node.name)")
    }
  }
}
