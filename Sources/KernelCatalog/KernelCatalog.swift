import KernelContract

/// Every kernel that exists. Dispatch, tests and benchmarks all iterate over these lists.
package enum KernelCatalog {
  /// Matrix products, by instruction set, best first.
  package static let pointwise: [PointwiseKernel] =
    PointwiseKernel.avx512 + PointwiseKernel.avx2 + PointwiseKernel.neon + PointwiseKernel.portable

  /// Attention, by instruction set, best first.
  package static let attention: [AttentionKernel] =
    AttentionKernel.avx512 + AttentionKernel.avx2 + AttentionKernel.neon + AttentionKernel.portable

  /// Means over all pixels, by instruction set, best first.
  package static let pooling: [PoolingKernel] =
    PoolingKernel.avx512 + PoolingKernel.avx2 + PoolingKernel.neon + PoolingKernel.portable

  /// Products with one factor a channel, by instruction set, best first.
  package static let scaling: [ScalingKernel] =
    ScalingKernel.avx512 + ScalingKernel.avx2 + ScalingKernel.neon + ScalingKernel.portable

  /// Activations of whole maps, by instruction set, best first.
  package static let activation: [ActivationKernel] =
    ActivationKernel.avx512 + ActivationKernel.avx2 + ActivationKernel.neon
    + ActivationKernel.portable

  /// Conversions from and to planar maps, by instruction set, best first.
  package static let layout: [LayoutKernel] =
    LayoutKernel.avx512 + LayoutKernel.avx2 + LayoutKernel.neon + LayoutKernel.portable
}
