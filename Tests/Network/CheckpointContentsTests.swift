import FastViTFiles
import FastViTTestSupport
import Testing

@testable import FastViTNetwork

/// Recognising networks in checkpoints, and saying exactly what does not fit.
@Suite struct CheckpointContentsTests {
  private typealias Entry = SafetensorsWriter.Entry

  private func parameters(
    _ variant: String, _ form: CheckpointForm, classCount: Int = 3
  ) throws -> NetworkParameters {
    NetworkParameters(
      try #require(Architecture.named(variant)), form: form, classCount: classCount)
  }

  /// Zeros for every tensor of `parameters`.
  private func entries(_ parameters: NetworkParameters, prefix: String = "") -> [Entry] {
    parameters.all.map { parameter in
      parameter.isRequired
        ? Entry(
          prefix + parameter.name, shape: parameter.shape,
          [Float](repeating: 0, count: parameter.elementCount))
        : Entry(prefix + parameter.name, shape: [], [Int64(0)])
    }
  }

  private func contents(
    _ entries: [Entry], architecture: Architecture? = nil
  ) throws -> CheckpointContents {
    let folder = try ScratchFolder()
    let file = folder.file("w.safetensors")
    try SafetensorsWriter.write(entries, to: file)
    return try CheckpointContents(of: Checkpoint(contentsOf: file), architecture: architecture)
  }

  private func zeros(_ count: Int) -> [Float] { [Float](repeating: 0, count: count) }

  private let timm = CheckpointForm(.timm, isReparameterised: true)

  @Test(arguments: ["t8", "t12", "s12", "sa12", "sa24"], CheckpointForm.allCases)
  func recognisesVariantAndForm(variant: String, form: CheckpointForm) throws {
    let contents = try contents(entries(try parameters(variant, form, classCount: 7)))
    #expect(contents.parameters.architecture.name == variant)
    #expect(contents.parameters.form == form)
    #expect(contents.parameters.classCount == 7)
    #expect(contents.mismatch.isEmpty)
    #expect(contents.prefix == "")
  }

  @Test(arguments: ["module.", "model.", "state_dict.", "module.model.", "image_encoder.model."])
  func prefixes(prefix: String) throws {
    let contents = try contents(entries(try parameters("t8", timm), prefix: prefix))
    #expect(contents.prefix == prefix)
    #expect(contents.mismatch.isEmpty)
  }

  @Test func otherPartsOfALargerModelAreIgnored() throws {
    let text = Entry("text_encoder.weight", shape: [2], [Float(0), 0])
    let network = entries(try parameters("t8", timm), prefix: "image_encoder.model.")
    let contents = try contents(network + [text])
    #expect(contents.mismatch.isEmpty)
    #expect(contents.ignored == ["text_encoder.weight"])
  }

  @Test(arguments: ["module.", "model.", "state_dict."])
  func tensorsBesideAWrapperAreUnexpected(wrapper: String) throws {
    let stray = Entry("stray", shape: [1], [Float(0)])
    let contents = try contents(
      entries(try parameters("t8", timm), prefix: wrapper) + [stray])
    #expect(contents.mismatch.unexpected == ["stray"])
  }

  @Test func saysWhatIsMissingUnexpectedAndDifferent() throws {
    var entries = entries(try parameters("sa12", timm))
    entries.removeAll { $0.name == "stages.2.blocks.3.mlp.fc1.bias" }
    entries.removeAll { $0.name == "stem.0.reparam_conv.bias" }
    entries.append(Entry("stem.0.reparam_conv.bias", shape: [65], zeros(65)))
    // A tensor that only SA24 has does not make the network SA24.
    let extra = ["head.extra", "stages.0.blocks.2.mlp.conv.bn.bias"]
    entries += [Entry(extra[0], shape: [1], zeros(1)), Entry(extra[1], shape: [64], zeros(64))]
    let contents = try contents(entries)
    let mismatch = contents.mismatch
    #expect(mismatch.variant == "sa12")
    #expect(mismatch.missing == ["stages.2.blocks.3.mlp.fc1.bias"])
    #expect(mismatch.unexpected == extra)
    #expect(
      mismatch.different == [
        .init(name: "stem.0.reparam_conv.bias", found: "[65]", expected: "[64]")
      ])
    #expect(throws: NetworkError.mismatch(mismatch)) { try contents.source() }
    for name in mismatch.missing + mismatch.unexpected + ["stem.0.reparam_conv.bias"] {
      #expect(mismatch.description.contains(name))
    }
    #expect(!mismatch.description.contains("\n"))
  }

  @Test func integersAreNoWeights() throws {
    var entries = entries(try parameters("t8", timm))
    entries.removeAll { $0.name == "head.fc.bias" }
    entries.append(Entry("head.fc.bias", shape: [3], [Int64](repeating: 0, count: 3)))
    let different = try contents(entries).mismatch.different
    #expect(different.map(\.name) == ["head.fc.bias"])
  }

  @Test func countersMayBeAbsent() throws {
    let form = CheckpointForm(.timm, isReparameterised: false)
    let entries = entries(try parameters("t8", form)).filter {
      !$0.name.hasSuffix("num_batches_tracked")
    }
    #expect(try contents(entries).mismatch.isEmpty)
  }

  @Test func countersHaveNoShape() throws {
    let form = CheckpointForm(.timm, isReparameterised: false)
    let name = "stem.0.conv_kxk.0.bn.num_batches_tracked"
    let entries = entries(try parameters("t8", form)).filter { $0.name != name }
    let mismatch = try contents(entries + [Entry(name, shape: [2], [Int64(1), 2])]).mismatch
    #expect(
      mismatch.different == [.init(name: name, found: "int64 [2]", expected: "integer []")])
  }

  /// A classifier that is no matrix tells no number of classes.
  @Test(arguments: [[], [3], [0, 768]]) func brokenHeads(shape: [Int]) throws {
    let entries = entries(try parameters("t8", timm)).filter { $0.name != "head.fc.weight" }
    let head = Entry("head.fc.weight", shape: shape, zeros(shape.reduce(1, *)))
    let contents = try contents(entries + [head])
    #expect(contents.parameters.classCount == 1000)
    #expect(contents.mismatch.different.map(\.name).contains("head.fc.weight"))
  }

  /// Half of a variant's tensors are recognised as the variant; fewer are not.
  @Test(arguments: [0.45, 0.55]) func partsOfAVariant(part: Double) throws {
    let parameters = try parameters("t8", timm, classCount: 1000)
    let count = Int(Double(parameters.all.count) * part)
    let some = Array(entries(parameters).prefix(count))
    if part > 0.5 {
      let rest = parameters.all.dropFirst(count).filter(\.isRequired)
      #expect(try contents(some).mismatch.missing == rest.map(\.name))
    } else {
      let error = #expect(throws: NetworkError.self) { try contents(some) }
      guard case .unknownVariant = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
  }

  @Test func theFirstOfEqualNetworksCounts() throws {
    let entries = ["b", "a", "c"].map { Entry($0 + ".stem.0.x", shape: [1], [Float(0)]) }
    let contents = try contents(entries, architecture: Architecture.named("t8"))
    #expect(contents.prefix == "b.")
  }

  @Test(arguments: [(8, "h"), (9, "h and 1 more")])
  func longListsAreCut(count: Int, end: String) {
    let names = "abcdefghi".prefix(count).map(String.init)
    let mismatch = CheckpointMismatch(
      file: "f", variant: "t8", form: timm, missing: names, unexpected: [], different: [])
    #expect(
      mismatch.description
        == "f: does not fit t8 in timm reparameterised form: \(count) missing: "
        + "a, b, c, d, e, f, g, \(end)")
  }

  @Test func askedForAnotherVariant() throws {
    let contents = try contents(
      entries(try parameters("t8", timm)), architecture: Architecture.named("t12"))
    #expect(contents.parameters.architecture.name == "t12")
    #expect(contents.mismatch.missing.contains("stages.2.blocks.4.mlp.fc1.weight"))
    #expect(contents.mismatch.different.contains { $0.name == "stem.0.reparam_conv.weight" })
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func valuesThatAreNotFiniteAreNoWeights(value: Float) throws {
    var entries = entries(try parameters("t8", timm))
    entries.removeAll { $0.name == "head.fc.bias" }
    entries.append(Entry("head.fc.bias", shape: [3], [0, value, 0]))
    let contents = try contents(entries)
    let error = #expect(throws: NetworkError.self) {
      try Graph<Float>(contents.parameters, from: contents.source())
    }
    let text = try #require(error).description
    #expect(text.contains("tensor 'head.fc.bias': found \(value) at element 1"))
  }

  /// Errors count elements in the whole tensor, not in the part that is folded at once.
  @Test func saysWhichElementIsNotFinite() throws {
    var entries = entries(try parameters("t8", timm, classCount: 60))
    entries.removeAll { $0.name == "head.fc.weight" }
    let element = 50 * 768 + 7
    var values = [Float](repeating: 0, count: 60 * 768)
    values[element] = .infinity
    values[element + 1] = .nan
    entries.append(Entry("head.fc.weight", shape: [60, 768], values))
    let contents = try contents(entries)
    let error = #expect(throws: NetworkError.self) {
      try Graph<Float>(contents.parameters, from: contents.source())
    }
    let text = try #require(error).description
    #expect(text.contains("tensor 'head.fc.weight': found inf at element \(element)"))
  }

  @Test func theLargestOfSeveralNetworksCounts() throws {
    let other = Entry("other.stem.0.reparam_conv.bias", shape: [1], [Float(0)])
    let network = entries(try parameters("t8", timm), prefix: "image_encoder.model.")
    let contents = try contents([other] + network)
    #expect(contents.prefix == "image_encoder.model.")
    #expect(contents.ignored == [other.name])
  }

  /// The work per prefix does not grow with the number of prefixes.
  @Test(.timeLimit(.minutes(1))) func manyNetworksAreRecognisedInLinearTime() throws {
    let entries = (0..<30_000).map { Entry("p\($0).stem.0.x", shape: [0], [Float]()) }
    #expect(throws: NetworkError.self) { try contents(entries) }
  }

  @Test func noNetworkAtAll() throws {
    #expect(throws: NetworkError.self) {
      try contents([Entry("layer1.weight", shape: [1], [Float(0)])])
    }
    #expect(throws: NetworkError.self) { try contents([]) }
    #expect(throws: NetworkError.self) {
      try contents([Entry("stem.0.reparam_conv.weight", shape: [1], [Float(0)])])
    }
    for name in ["system.0.x", "a.system.0.x", "stem.00.x", "stem.0", "a.stem.0"] {
      let error = #expect(throws: NetworkError.self) {
        try contents([Entry(name, shape: [1], [Float(0)])])
      }
      guard case .unknownNetwork = error else {
        Issue.record("'\(name)' is taken for a network's: \(String(describing: error))")
        continue
      }
    }
  }

  /// Synthetic weights, except for scales of a norm before attention that are too small to divide by.
  private struct FaintNorm: ParameterSource {
    let others = SyntheticWeights(seed: 3)
    let label = "faint"

    func read<Scalar: BinaryFloatingPoint>(
      _ parameter: Parameter, rows: Range<Int>, into values: inout [Scalar]
    ) throws(NetworkError) {
      try others.read(parameter, rows: rows, into: &values)
      guard parameter.name == "stages.3.blocks.0.norm.weight", rows.lowerBound == 0 else { return }
      values.replaceSubrange(0..<3, with: [0, 1e-40, -1e-36])
    }
  }

  /// The folded network of an export is the folded network of its source.
  @Test(arguments: [Architecture.named("t8"), Architecture.named("sa12"), .madeUp])
  func exportKeepsTheNetwork(architecture: Architecture?) throws {
    let architecture = try #require(architecture)
    let training = NetworkParameters(architecture, form: SyntheticWeights.form, classCount: 3)
    let weights = FaintNorm()
    let exported = try contents(
      ReparameterisedExport(training, from: weights).entries, architecture: architecture)
    #expect(exported.mismatch.isEmpty)
    let before = try Graph<Double>(training, from: weights)
    let after = try Graph<Double>(exported.parameters, from: exported.source())
    for (old, new) in zip(before.nodes, after.nodes) {
      guard let oldWeights = old.weights, let newWeights = new.weights else { continue }
      #expect(relativeError(newWeights.weights, oldWeights.weights) < 2e-7, "\(old.name)")
      #expect(relativeError(newWeights.bias, oldWeights.bias) < 2e-6, "\(old.name)")
    }
  }
}
