/// When one register tile pays: a row of the table that chooses the stem's kernel.
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

  /// Best first. A row counts where its panels divide the padded width.
  static let table = [
    StemRule(.avx512, 8, 3, "48 channels: one pass over the image with 24 sums"),
    StemRule(.avx512, 6, 4, "64 channels: the same"),
    StemRule(.avx512, 4, 5, "76 channels, padded to 80: one pass with 20 sums"),
    StemRule(.avx512, 12, 1, "any other width; a load per product"),

    StemRule(.avx2, 4, 3, "48 channels: 12 sums, and all 16 registers"),
    StemRule(.avx2, 6, 2, "any other width, which is even"),

    StemRule(.neon, 8, 3, "48 channels: 24 sums"),
    StemRule(.neon, 6, 4, "any other width, which is a multiple of four vectors"),

    StemRule(.portable, 2, 2, "any width, which is even"),
  ]
}

extension StemConvolution {
  /// The first kernel of `StemRule.table` whose panels divide the padded width. Every choice gives the same
  /// bits.
  package func chosen(
    for problem: OperationProblem, on instructionSet: InstructionSet, in catalogue: KernelCatalogue
  ) -> (any ChosenKernels)? {
    let able = candidates(for: problem, on: instructionSet, in: catalogue, all: true)
      .compactMap { $0 as? ChosenStem }
    for rule in StemRule.table where rule.instructionSet == instructionSet {
      let chosen = able.first {
        $0.kernel.tileWidth == rule.width && $0.kernel.tileVectors == rule.vectors
      }
      if let chosen { return chosen }
    }
    return nil
  }
}
