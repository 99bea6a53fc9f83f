extension Preprocessing {
  /// What MobileCLIP's image encoders are given: values from 0 to 1 of the whole shorter side.
  package static func mobileCLIP(height: Int = 256, width: Int = 256) -> Self {
    Preprocessing(
      height: height,
      width: width,
      cropRatio: 1,
      interpolation: .bilinear,
      mean: [0, 0, 0],
      standardDeviation: [1, 1, 1]
    )
  }

  /// The statistics of ImageNet, which all FastViT classifiers use.
  package static func imageNet(height: Int, width: Int, cropRatio: Double) -> Self {
    Preprocessing(
      height: height,
      width: width,
      cropRatio: cropRatio,
      interpolation: .bicubic,
      mean: [0.485, 0.456, 0.406],
      standardDeviation: [0.229, 0.224, 0.225]
    )
  }
}
