import FastViTFiles
import FastViTImages
import FastViTNetwork
import FastViTTestSupport
import Foundation
import Testing

@testable import FastViT

/// Images are prepared the way a checkpoint's publisher evaluates it.
@Suite struct ImagesTests {
  @Test(arguments: [
    (Vocabulary.apple, "", Publisher.apple), (.apple, "module.", .apple), (.timm, "", .timm),
    (.timm, "image_encoder.model.", .mobileCLIP), (.apple, "image_encoder.model.", .mobileCLIP),
  ]) func namesTellThePublisher(
    vocabulary: Vocabulary, prefix: String, publisher: Publisher
  ) throws {
    let form = CheckpointForm(vocabulary, isReparameterised: true)
    let parameters = NetworkParameters(Variant.t8.architecture, form: form, classCount: 2)
    let folder = try ScratchFolder()
    let file = folder.file("w.safetensors")
    try SafetensorsWriter.write(
      parameters.all.map {
        .init(prefix + $0.name, shape: $0.shape, [Float](repeating: 0, count: $0.elementCount))
      }, to: file)
    let network = try SourceNetwork(contentsOf: file, variant: nil)
    #expect(network.publisher == publisher)
    #expect(network.source == file)
  }

  /// Apple and timm disagree on SA36.
  @Test func everyPublisherHasItsTransforms() {
    func recipe(_ publisher: Publisher, _ variant: Variant) -> ImageTransform {
      variant.architecture.preprocessing[publisher].sized(height: 64, width: 96)
    }
    #expect(recipe(.apple, .sa36) == .imageNet(height: 64, width: 96, cropRatio: 0.95))
    #expect(recipe(.timm, .sa36) == .imageNet(height: 64, width: 96, cropRatio: 0.9))
    #expect(recipe(.apple, .ma36) == .imageNet(height: 64, width: 96, cropRatio: 0.95))
    #expect(recipe(.timm, .ma36) == .imageNet(height: 64, width: 96, cropRatio: 0.95))
    #expect(recipe(.mobileCLIP, .ma36) == .mobileCLIP(height: 64, width: 96))
    #expect(SourceNetwork(synthetic: .sa36).publisher == .timm)
    #expect(Variant.sa36.cropRatios == (0.95, 0.9))
  }

  @Test func filesAndBytesGiveTheSameInput() throws {
    let model = Model(synthetic: .t8, classCount: 1)
    var random = SeededGenerator(4)
    let samples = (0..<50 * 70 * 3).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    let bytes = Array("P6 70 50 255\n".utf8) + samples
    let folder = try ScratchFolder()
    let path = folder.file("p.ppm")
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let expected = ImageTransform.imageNet(height: 32, width: 48, cropRatio: 0.9)
      .tensor(from: Image(height: 50, width: 70, samples: samples))
    #expect(try model.input(fromImageAt: path, height: 32, width: 48) == expected)
    #expect(try model.input(fromImage: bytes, named: "p", height: 32, width: 48) == expected)
  }

  @Test func filesThatAreNoImagesAreToldApart() throws {
    let model = Model(synthetic: .t8, classCount: 1)
    let folder = try ScratchFolder()
    func code(_ name: String) -> FastViTError.Code? {
      let error = #expect(throws: FastViTError.self) {
        try model.input(fromImageAt: folder.file(name))
      }
      return error?.code
    }
    try Data("P5 1 1 255 a".utf8).write(to: URL(fileURLWithPath: folder.file("unsupported")))
    try Data("P6 1 1 255 a".utf8).write(to: URL(fileURLWithPath: folder.file("malformed")))
    #expect(code("absent") == .missingInput)
    #expect(code(".") == .missingInput)
    #expect(code("unsupported") == .badData)
    #expect(code("malformed") == .badData)
    let error = #expect(throws: FastViTError.self) {
      try model.input(fromImage: Array("P6".utf8), named: "the image")
    }
    #expect(error?.code == .badData && error?.description.hasPrefix("the image: ") == true)
  }
}
