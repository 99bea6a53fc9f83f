import FastViTImages
import FastViTNetwork
import FastViTTestSupport
import Testing

@testable import FastViT

/// Every recipe can be asked for, whoever published the checkpoint.
@Suite struct PreprocessingTests {
  private let image: Image
  private let bytes: [UInt8]

  init() {
    var random = SeededGenerator(4)
    let samples = (0..<50 * 70 * 3).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    image = Image(height: 50, width: 70, samples: samples)
    bytes = Array("P6 70 50 255\n".utf8) + samples
  }

  private func input(
    _ preprocessing: Preprocessing?, _ variant: Variant = .t8, height: Int? = nil,
    width: Int? = nil
  ) throws -> [Float] {
    try Model(synthetic: variant, classCount: 1).input(
      fromImage: bytes, named: "p", height: height, width: width, preprocessing: preprocessing)
  }

  @Test func publishedRecipes() throws {
    func expected(_ transform: ImageTransform) -> [Float] { transform.tensor(from: image) }
    let imageNet = ImageTransform.imageNet(height: 40, width: 36, cropRatio: 0.9)
    #expect(try input(nil, height: 40, width: 36) == expected(imageNet))
    #expect(try input(.apple, height: 40, width: 36) == expected(imageNet))
    #expect(try input(.timm, height: 40, width: 36) == expected(imageNet))
    #expect(
      try input(.mobileCLIP, height: 40, width: 36)
        == expected(.mobileCLIP(height: 40, width: 36)))
    #expect(try input(.mobileCLIP) == expected(.mobileCLIP(height: 256, width: 256)))
  }

  /// A published recipe is that of the model's variant.
  @Test func recipesFollowTheVariant() throws {
    let architecture = Variant.sa36.architecture
    func ratio(_ preprocessing: Preprocessing) throws -> Double {
      try preprocessing.transform(for: architecture, height: nil, width: nil).cropRatio
    }
    #expect(try ratio(.apple) == 0.95)
    #expect(try ratio(.timm) == 0.9)
    #expect(try ratio(.mobileCLIP) == 1)
  }

  @Test func customRecipes() throws {
    let custom = try Preprocessing(
      height: 48, width: 32, cropRatio: 0.5, interpolation: .bilinear, mean: [0.5, 0.25, 0],
      standardDeviation: [1, 2, 3])
    let expected = ImageTransform(
      height: 48, width: 32, cropRatio: 0.5, interpolation: .bilinear, mean: [0.5, 0.25, 0],
      standardDeviation: [1, 2, 3])
    #expect(try input(custom) == expected.tensor(from: image))
    #expect(
      try input(custom, width: 33)
        == expected.sized(height: 48, width: 33).tensor(from: image))
    let bicubic = try Preprocessing(
      height: 48, width: 32, cropRatio: 0.5, interpolation: .bicubic, mean: [0.5, 0.25, 0],
      standardDeviation: [1, 2, 3])
    #expect(bicubic != custom)
    #expect(try input(bicubic) != input(custom))
  }

  @Test func recipesHaveNames() {
    #expect(Preprocessing.names == ["apple", "timm", "mobileclip"])
    #expect(Preprocessing("apple") == .apple)
    #expect(Preprocessing("timm") == .timm)
    #expect(Preprocessing("mobileclip") == .mobileCLIP)
    #expect(Preprocessing("clip") == nil)
  }

  @Test(
    arguments: [
      (0, 1, 0.9, [0, 0, 0], [1, 1, 1], "size of 0×1"),
      (1, 65_536, 0.9, [0, 0, 0], [1, 1, 1], "size of 1×65536"),
      (1, 1, 0, [0, 0, 0], [1, 1, 1], "crop ratio of 0.0"),
      (1, 1, 1.01, [0, 0, 0], [1, 1, 1], "crop ratio of 1.01"),
      (1, 1, .nan, [0, 0, 0], [1, 1, 1], "crop ratio of nan"),
      (1, 1, 1, [0, 0], [1, 1, 1], "mean of [0.0, 0.0]"),
      (1, 1, 1, [0, .infinity, 0], [1, 1, 1], "mean of [0.0, inf, 0.0]"),
      (1, 1, 1, [0, 0, 0], [1, 1, 1, 1], "standard deviation of"),
      (1, 1, 1, [0, 0, 0], [1, 0, 1], "standard deviation of"),
      (1, 1, 1, [0, 0, 0], [1, 1, .nan], "standard deviation of"),
    ] as [(Int, Int, Double, [Float], [Float], String)])
  func badNumbersAreErrors(
    height: Int, width: Int, cropRatio: Double, mean: [Float], deviation: [Float], found: String
  ) {
    let error = #expect(throws: FastViTError.self) {
      try Preprocessing(
        height: height, width: width, cropRatio: cropRatio, interpolation: .bicubic, mean: mean,
        standardDeviation: deviation)
    }
    #expect(error?.code == .badData)
    #expect(error?.description.hasPrefix("preprocessing: found a \(found)") == true)
  }

  @Test(arguments: [(0, 32), (32, -1), (1 << 40, 32)]) func badSizesAreErrors(
    height: Int, width: Int
  ) {
    let error = #expect(throws: FastViTError.self) {
      try input(nil, height: height, width: width)
    }
    #expect(error?.code == .badData)
  }

  /// The smallest ratio and the most extreme sides make numbers that integers hold.
  @Test func extremesAreNoTrouble() throws {
    let narrow = Image(
      height: 1, width: Image.longestSide,
      samples: [UInt8](repeating: 9, count: 3 * Image.longestSide))
    let transform = ImageTransform(
      height: 2, width: 2, cropRatio: 0.01, interpolation: .bicubic, mean: [0, 0, 0],
      standardDeviation: [1, 1, 1])
    #expect(transform.flaw == nil)
    #expect(transform.tensor(from: narrow) == [Float](repeating: 9 / 255, count: 12))
  }
}
