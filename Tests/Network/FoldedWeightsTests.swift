import FastViTTestSupport
import Foundation
import Synchronization
import Testing

@testable import FastViTFiles
@testable import FastViTNetwork

/// Weights that are folded block by block.
@Suite struct FoldedWeightsTests {
  private func parameters(_ variant: String, _ form: CheckpointForm) throws -> NetworkParameters {
    NetworkParameters(try #require(Architecture.named(variant)), form: form, classCount: 50)
  }

  /// Blocks have the bits of the whole: every output channel is folded from rows of its own.
  @Test(arguments: ["t8", "sa12"], CheckpointForm.allCases)
  func blocksAreRowsOfTheWhole(variant: String, form: CheckpointForm) throws {
    let source = SyntheticWeights(seed: 1)
    let weights = FoldedWeights<Double>(try parameters(variant, form), from: source)
    let folds = Graph<Double>.outline(try parameters(variant, form)).folds
    var largestBlockCount = 0
    for (index, fold) in folds.enumerated() {
      guard let fold else { continue }
      let whole = try source.folding(fold)(0..<fold.shape[0])
      let found = try weights.weights(ofNode: index)
      // Not inside the expectation, which would print all values.
      let areSame = found.weights == whole.weights && found.bias == whole.bias
      #expect(areSame, "\(weights.outline.nodes[index].name)")
      var ranges: [Range<Int>] = []
      try weights.forEachOutputRange(ofNode: index) { outputs, _, _ in ranges.append(outputs) }
      #expect(ranges.flatMap { $0 } == Array(0..<fold.shape[0]))
      // Packing transposes four output channels at once.
      #expect(ranges.dropLast().allSatisfy { $0.count % 4 == 0 })
      largestBlockCount = max(largestBlockCount, ranges.count)
    }
    #expect(largestBlockCount > 10)
  }

  /// Values that are folded without `Double`, because they are unchanged or only scaled, have the bits of
  /// values that are folded in `Double`.
  @Test(arguments: [
    (StoredType.float16, StoredType.float16, StoredType.float16),
    (.bfloat16, .bfloat16, .bfloat16), (.float32, .float32, .float32),
    (.float64, .float64, .float64), (.float64, .float32, .float64), (.float32, .float64, .float32),
    (.float32, .float32, .float64), (.bfloat16, .float32, .float64),
  ])
  func filesOfAnyTypeGiveTheBitsOfDouble(
    type: StoredType, biasType: StoredType, scaleType: StoredType
  ) throws {
    let form = CheckpointForm(.timm, isReparameterised: true)
    let parameters = try parameters("t8", form)
    var random = SeededGenerator(11)
    var kinds: Set<String> = []
    for (index, fold) in Graph<Float>.outline(parameters).folds.enumerated() {
      guard let fold, let (affine, scale) = fold.affine, affine.weight.elementCount < 20_000 else {
        continue
      }
      var tensors = [
        try #require(tensor(affine.weight, type, &random)),
        try #require(tensor(affine.bias, biasType, &random)),
      ]
      if let scale { tensors.append(try #require(tensor(scale, scaleType, &random))) }
      let source = CheckpointSource(
        label: "w", tensors: Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0) }))
      let expected = try source.folding(fold)(0..<fold.shape[0])
      let found = try FoldedWeights<Float>(parameters, from: source).weights(ofNode: index)
      let areSame =
        found.weights.map(\.bitPattern) == expected.weights.map { Float($0).bitPattern }
        && found.bias.map(\.bitPattern) == expected.bias.map { Float($0).bitPattern }
      #expect(areSame, "\(affine.weight.name)")
      kinds.insert("\(fold)".prefix { $0 != "(" } + (scale == nil ? "" : " by a scale"))
    }
    #expect(kinds == ["plain", "scaled by a scale", "convolution"])
  }

  /// Random numbers between -2 and 2 of all digits that `type` has.
  private func tensor(
    _ parameter: Parameter, _ type: StoredType, _ random: inout SeededGenerator
  ) -> Tensor? {
    var bytes = Data()
    for _ in 0..<parameter.elementCount {
      let word = random.next()
      let bits =
        switch type {
        case .float16, .bfloat16: word & 0xBBFF
        case .float32: word & 0xBFFF_FFFF
        default: word & 0x800F_FFFF_FFFF_FFFF | 0x3FE0_0000_0000_0000
        }
      withUnsafeBytes(of: bits.littleEndian) { bytes.append(contentsOf: $0.prefix(type.byteCount)) }
    }
    return TensorLayout(shape: parameter.shape).flatMap {
      Tensor(name: parameter.name, elementType: type, layout: $0, in: bytes)
    }
  }

  /// Errors name a value beyond single precision as it is in the file, not rounded.
  @Test func numbersTooLargeAreNamedAsInTheFile() throws {
    let bias = Parameter(name: "bias", shape: [3], isRequired: true)
    let bytes = [1, -1e300, .nan].flatMap { withUnsafeBytes(of: $0.bitPattern, Array.init) }
    let tensor = try #require(
      TensorLayout(shape: bias.shape).flatMap {
        Tensor(name: bias.name, elementType: .float64, layout: $0, in: Data(bytes))
      })
    let source = CheckpointSource(label: "w", tensors: [bias.name: tensor])
    func read<Scalar: BinaryFloatingPoint>(_ rows: Range<Int>, as: Scalar.Type) throws -> [Scalar] {
      var values: [Scalar] = []
      try source.read(bias, rows: rows, into: &values)
      return values
    }
    #expect(try read(0..<1, as: Float.self) == [1])
    let errors = [
      #expect(throws: NetworkError.self) { try read(1..<3, as: Float.self) },
      #expect(throws: NetworkError.self) { try read(1..<3, as: Double.self) },
    ]
    for error in errors {
      let text = try #require(error).description
      #expect(text.contains("tensor 'bias': found -1e+300 at element 1"))
    }
  }

  /// Synthetic weights, except for some tensors with the largest values of single precision.
  private struct LoudWeights: ParameterSource {
    let quiet = SyntheticWeights(seed: 1)
    let loud: Set<String>
    let isSinglePrecision: Bool
    var label: String { "w" }

    func read<Scalar: BinaryFloatingPoint>(
      _ parameter: Parameter, rows: Range<Int>, into values: inout [Scalar]
    ) throws(NetworkError) {
      try quiet.read(parameter, rows: rows, into: &values)
      if loud.contains(parameter.name) { values = values.map { _ in 3e38 } }
    }

    func isSinglePrecision(_ parameter: Parameter) -> Bool { isSinglePrecision }
  }

  /// Tensors of finite values whose products are not finite: the file can be read, but holds no network.
  @Test(
    arguments: [
      (false, ["stem.0.conv_kxk.0.conv.weight", "stem.0.conv_kxk.0.bn.weight"], "stem.0"),
      (false, ["stem.0.conv_kxk.0.bn.bias", "stem.0.conv_scale.bn.bias"], "stem.0"),
      (
        true, ["stages.0.blocks.1.mlp.fc2.weight", "stages.0.blocks.1.layer_scale.gamma"],
        "stages.0.blocks.1.mlp.fc2"
      ),
      (
        true, ["stages.0.blocks.1.mlp.fc2.bias", "stages.0.blocks.1.layer_scale.gamma"],
        "stages.0.blocks.1.mlp.fc2"
      ),
    ], [false, true])
  func whatOverflowsWhenFoldedIsRefused(
    _ network: (isReparameterised: Bool, loud: [String], layer: String), isSinglePrecision: Bool
  ) throws {
    let form = CheckpointForm(.timm, isReparameterised: network.isReparameterised)
    let parameters = try parameters("t8", form)
    let source = LoudWeights(loud: Set(network.loud), isSinglePrecision: isSinglePrecision)
    let error = #expect(throws: NetworkError.self) { try Graph<Float>(parameters, from: source) }
    #expect(error == .overflow(file: "w", layer: network.layer))
    let exportError = #expect(throws: NetworkError.self) {
      try ReparameterisedExport(parameters, from: source)
    }
    #expect(exportError?.description.hasPrefix("w: layer '\(network.layer).") == true)
  }

  @Test func anyThreadMayAsk() throws {
    let form = CheckpointForm(.timm, isReparameterised: false)
    let source = SyntheticWeights(seed: 2)
    let weights = FoldedWeights<Float>(try parameters("t8", form), from: source)
    let graph = try Graph<Float>(try parameters("t8", form), from: source)
    let different = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: graph.nodes.count) { index in
      let node = graph.nodes[index]
      guard let expected = node.weights else { return }
      let found = try? weights.weights(ofNode: index)
      if found?.weights != expected.weights || found?.bias != expected.bias {
        different.withLock { $0.append(node.name) }
      }
    }
    #expect(different.withLock { $0 } == [])
  }
}
