extension Preprocessing {
  /// What timm does for its FastViT checkpoints of a variant, such as `t8`.
  package static func timm(variant: String, height: Int = 256, width: Int = 256) -> Self {
    imageNet(height: height, width: width, cropRatio: isOne(of: ["ma36"], variant) ? 0.95 : 0.9)
  }

  /// What Apple's own evaluation does. It disagrees with timm's on SA36.
  package static func apple(variant: String, height: Int = 256, width: Int = 256) -> Self {
    imageNet(
      height: height,
      width: width,
      cropRatio: isOne(of: ["sa36", "ma36"], variant) ? 0.95 : 0.9
    )
  }

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

  /// Whether a variant, with or without `fastvit_` before it, is in a list.
  private static func isOne(of variants: [String], _ variant: String) -> Bool {
    let name = variant.lowercased()
    return variants.contains(String(name.trimmingPrefix("fastvit_")))
  }
}
