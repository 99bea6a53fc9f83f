import FastViTFiles
import FastViTNetwork
import FastViTTestSupport
import Testing

@testable import FastViT

/// What a person is told about a checkpoint.
@Suite struct CheckpointReportTests {
  private typealias Entry = SafetensorsWriter.Entry

  /// A T8 of two classes, zeros but for the head's bias, under `prefix`.
  private func network(prefix: String = "", bias: [Float] = [0, 0]) -> [Entry] {
    let form = CheckpointForm(.timm, isReparameterised: true)
    let parameters = NetworkParameters(Variant.t8.architecture, form: form, classCount: 2)
    return parameters.all.map { parameter in
      let values =
        parameter.name == "head.fc.bias"
        ? bias : [Float](repeating: 0, count: parameter.elementCount)
      return Entry(prefix + parameter.name, shape: parameter.shape, values)
    }
  }

  private func report(_ entries: [Entry], variant: Variant? = nil) throws -> CheckpointReport {
    let folder = try ScratchFolder()
    let file = folder.file("w.safetensors")
    try SafetensorsWriter.write(entries, metadata: ["format": "pt"], to: file)
    return try CheckpointReport(contentsOf: file, variant: variant)
  }

  @Test func saysWhatFitsAndWhatIsOdd() throws {
    let prefix = "image_encoder.model."
    let text = Entry("text_encoder.weight", shape: [2], [Float(1), 2])
    let report = try report(network(prefix: prefix, bias: [.nan, -.infinity]) + [text])
    #expect(report.format == "safetensors" && report.metadata == ["format": "pt"])
    #expect(report.tensors.last?.name == "text_encoder.weight")
    let network = try #require(report.network)
    #expect(network.fits && network.variant == .t8 && network.classCount == 2)
    #expect(network.form == "timm reparameterised" && network.prefix == prefix)
    #expect(
      report.notes == [
        "1 tensors outside '\(prefix)' are not used",
        "'\(prefix)head.fc.bias' holds 2 values that are not finite",
      ])
  }

  @Test func saysWhatDoesNotFit() throws {
    let whole = network()
    let bias = Entry("head.fc.bias", shape: [3], [Float(0), 0, 0])
    let others = whole.filter { $0.name != bias.name }
    let missing = try #require(try report(others).network)
    #expect(missing.missing == [bias.name] && !missing.fits)
    let different = try #require(try report(others + [bias]).network)
    #expect(different.different == ["head.fc.bias: found [3], expected [2]"] && !different.fits)
    let stray = Entry("stray", shape: [1], [Float(0)])
    let unexpected = try #require(try report(whole + [stray]).network)
    #expect(unexpected.unexpected == ["stray"] && !unexpected.fits)
    #expect(try report(whole).notes.isEmpty)
    #expect(try report(whole, variant: .t12).network?.variant == .t12)
  }

  /// Whatever can be read is described, and the file's own oddities come first.
  @Test func filesWithoutANetworkAreDescribedToo() throws {
    let file = RepositoryFiles.path("Tests/Files/Fixtures/every_type.pth.tar")
    let report = try CheckpointReport(contentsOf: file)
    #expect(report.network == nil && report.format == "pytorch")
    #expect(report.container == ["state_dict"])
    #expect(report.notes.count == 3 && report.notes[0].hasPrefix("ignored beside 'state_dict'"))
    #expect(report.notes[2].contains("expected a FastViT's tensors"))
  }

  @Test(arguments: [
    ("absent", FastViTError.Code.missingInput), ("", .missingInput), ("legacy.pth", .badData),
    ("version1.npy", .badData),
  ]) func filesThatAreNoCheckpointsAreToldApart(name: String, code: FastViTError.Code) {
    let file = RepositoryFiles.path("Tests/Files/Fixtures/\(name)")
    let error = #expect(throws: FastViTError.self) { try CheckpointReport(contentsOf: file) }
    #expect(error?.code == code)
  }
}
