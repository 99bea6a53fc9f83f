extension ImageTransform {
  /// What MobileCLIP's image encoders are given: values from 0 to 1 of the whole shorter side.
  package static func mobileCLIP(height: Int = 256, width: Int = 256) -> Self {
    ImageTransform(
      height: height,
      width: width,
      cropRatio: 1,
      interpolation: .bilinear,
      mean: [0, 0, 0],
      standardDeviation: [1, 1, 1]
    )
  }

  /// What classifiers of ImageNet's classes are given, with that data set's statistics.
  package static func imageNet(
    height: Int = 256, width: Int = 256, cropRatio: Double
  ) -> Self {
    ImageTransform(
      height: height,
      width: width,
      cropRatio: cropRatio,
      interpolation: .bicubic,
      mean: [0.485, 0.456, 0.406],
      standardDeviation: [0.229, 0.224, 0.225]
    )
  }
}
