import Testing

@testable import Images

/// Preprocessing is timm's to the last bit.
@Suite("Preprocessing")
struct PreprocessingTests {
  @Test("A tensor has the bits of timm's transforms", arguments: Goldens.all.preprocessings)
  func timm(golden: Goldens.Preprocessed) {
    let preprocessing: Preprocessing =
      switch golden.profile {
      case "mobileCLIP": .mobileCLIP(height: golden.rows, width: golden.columns)
      default:
        .imageNet(height: golden.rows, width: golden.columns, cropRatio: golden.cropRatio)
      }
    let picture = golden.kind.picture(
      height: golden.height,
      width: golden.width,
      seed: golden.seed
    )
    let tensor = preprocessing.tensor(from: picture)
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
    let size = Preprocessing.imageNet(height: 256, width: 256, cropRatio: 0.9)
      .resizedSize(height: height, width: width)
    #expect(size == (newHeight, newWidth))
  }

  @Test("A target that is not square is just covered")
  func otherSizes() {
    let preprocessing = Preprocessing.imageNet(height: 192, width: 320, cropRatio: 0.9)
    #expect(preprocessing.resizedSize(height: 213, width: 355) == (213, 355))
    #expect(preprocessing.resizedSize(height: 300, width: 400) == (266, 355))
    #expect(preprocessing.resizedSize(height: 100, width: 800) == (213, 1704))
    // 259.76 and 423.88: to the nearest.
    #expect(preprocessing.resizedSize(height: 300, width: 410) == (260, 355))
    #expect(preprocessing.resizedSize(height: 201, width: 400) == (213, 424))
  }

  @Test("MobileCLIP keeps the whole shorter side")
  func mobileCLIP() {
    #expect(Preprocessing.mobileCLIP().resizedSize(height: 500, width: 400) == (320, 256))
  }

  @Test("The picture with the most extreme sides is no trouble")
  func extremeRatio() {
    let picture = SyntheticPicture.noise.picture(height: Picture.longestSide, width: 1, seed: 1)
    let tensor = Preprocessing.imageNet(height: 256, width: 256, cropRatio: 0.95)
      .tensor(from: picture)
    #expect(tensor.count == 3 * 256 * 256)
  }
}
