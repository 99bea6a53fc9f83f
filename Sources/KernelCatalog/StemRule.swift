import KernelContract

/// What one register tile is good for: a row of the table that chooses the stem's kernel.
struct StemRule {
  let instructionSet: InstructionSet
  let width: Int
  let vectors: Int
  /// Why the tile exists.
  let reason: StaticString

  private init(
    _ instructionSet: InstructionSet, _ width: Int, _ vectors: Int, _ reason: StaticString
  ) {
    self.instructionSet = instructionSet
    self.width = width
    self.vectors = vectors
    self.reason = reason
  }

  /// Best first, of those whose panels divide the padded width.
  static let table = [
    StemRule(.avx512, 8, 3, "48 channels: one pass over the picture with 24 sums"),
    StemRule(.avx512, 6, 4, "64 channels: the same"),
    StemRule(.avx512, 4, 5, "76 channels, padded to 80: one pass with 20 sums"),
    StemRule(.avx512, 12, 1, "any other width; a load a product"),

    StemRule(.avx2, 4, 3, "48 channels: 12 sums, and all 16 registers"),
    StemRule(.avx2, 6, 2, "any other width, which is even"),

    StemRule(.neon, 8, 3, "48 channels: 24 sums"),
    StemRule(.neon, 6, 4, "any other width, which is a multiple of four vectors"),

    StemRule(.portable, 2, 2, "any width, which is even"),
  ]
}

extension KernelCatalog {
  /// The kernel for a stem of `outputs` channels: the first of `StemRule.table` that divides their
  /// padded number.
  ///
  /// Every choice gives the same bytes.
  package static func stem(
    outputs: Int, epilogue: Epilogue, on instructionSet: InstructionSet
  ) -> StemKernel? {
    let padded = ActivationLayout.paddedChannels(outputs)
    let candidates = stem.filter {
      $0.instructionSet == instructionSet && $0.epilogue == epilogue
        && padded % $0.panelWidth == 0
    }
    for rule in StemRule.table where rule.instructionSet == instructionSet {
      let kernel = candidates.first {
        $0.tileWidth == rule.width && $0.tileVectors == rule.vectors
      }
      if let kernel { return kernel }
    }
    return nil
  }
}
