import Testing

@testable import FastViTImages

/// Transformed images are timm's to the last bit.
@Suite("Image transforms")
struct ImageTransformTests {
  @Test("A tensor has the bits of timm's transforms", arguments: Goldens.all.preprocessings)
  func timm(golden: Goldens.Preprocessed) {
    let transform: ImageTransform =
      switch golden.profile {
      case "mobileCLIP": .mobileCLIP(height: golden.rows, width: golden.columns)
      default:
        .imageNet(height: golden.rows, width: golden.columns, cropRatio: golden.cropRatio)
      }
    let image = golden.kind.image(
      height: golden.height,
      width: golden.width,
      seed: golden.seed
    )
    let tensor = transform.tensor(from: image)
    #expect(tensor.count == 3 * golden.rows * golden.columns)
    #expect(golden.places.map { tensor[$0].bitPattern } == golden.bits)
    #expect(polynomialHash(tensor) == golden.hash)
  }

  @Test(
    "The shorter side is resized and the longer one follows, rounded down",
    arguments: [
      (300, 400, 284, 378), (400, 300, 378, 284), (284, 284, 284, 284), (3, 1000, 284, 94_666),
      (333, 500, 284, 426), (1, 1, 284, 284),
    ]
  )
  func squareSizes(height: Int, width: Int, newHeight: Int, newWidth: Int) {
    let size = ImageTransform.imageNet(height: 256, width: 256, cropRatio: 0.9)
      .resizedSize(height: height, width: width)
    #expect(size == (newHeight, newWidth))
  }

  @Test("The resized image just covers a target that is not square")
  func otherSizes() {
    let transform = ImageTransform.imageNet(height: 192, width: 320, cropRatio: 0.9)
    #expect(transform.resizedSize(height: 213, width: 355) == (213, 355))
    #expect(transform.resizedSize(height: 300, width: 400) == (266, 355))
    #expect(transform.resizedSize(height: 100, width: 800) == (213, 1704))
    // 259.76 and 423.88: to the nearest.
    #expect(transform.resizedSize(height: 300, width: 410) == (260, 355))
    #expect(transform.resizedSize(height: 201, width: 400) == (213, 424))
  }

  @Test("MobileCLIP keeps the whole shorter side")
  func mobileCLIP() {
    #expect(ImageTransform.mobileCLIP().resizedSize(height: 500, width: 400) == (320, 256))
  }

  @Test("The longest image of one column can be preprocessed")
  func extremeRatio() {
    let image = SyntheticImage.noise.image(height: Image.longestSide, width: 1, seed: 1)
    let tensor = ImageTransform.imageNet(height: 256, width: 256, cropRatio: 0.95)
      .tensor(from: image)
    #expect(tensor.count == 3 * 256 * 256)
  }
}
