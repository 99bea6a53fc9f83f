import KernelContract

/// The choice among kernels of the families that have few of them.
extension KernelCatalog {
  /// Attention for maps of `tokens` pixels: the tile with most queries that they fill; nil where none is
  /// made for heads of `headDimension` values.
  package static func attention(
    headDimension: Int, tokens: Int, on instructionSet: InstructionSet
  ) -> AttentionKernel? {
    let kernels = attention.filter {
      $0.instructionSet == instructionSet && $0.headDimension == headDimension
    }.sorted { $0.tileVectors > $1.tileVectors }
    let fitting = kernels.first { $0.tileVectors * instructionSet.lanes <= tokens }
    return fitting ?? kernels.last
  }

  /// The mean over all pixels.
  package static func pooling(on instructionSet: InstructionSet) -> PoolingKernel? {
    pooling.first { $0.instructionSet == instructionSet }
  }

  /// Products with one factor a channel, then `activation`.
  package static func scaling(
    activation: Activation?, on instructionSet: InstructionSet
  ) -> ScalingKernel? {
    scaling.first { $0.instructionSet == instructionSet && $0.activation == activation }
  }
}
