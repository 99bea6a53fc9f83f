import KernelContract

/// Every kernel that exists. Dispatch, tests and benchmarks all iterate over these lists.
package enum KernelCatalog {
  /// Matrix products, by instruction set, best first.
  package static let pointwise: [PointwiseKernel] =
    PointwiseKernel.avx512 + PointwiseKernel.avx2 + PointwiseKernel.neon + PointwiseKernel.portable

  /// Loops that reach the peak, one an instruction set.
  package static let peak: [PeakKernel] =
    PeakKernel.avx512 + PeakKernel.avx2 + PeakKernel.neon + PeakKernel.portable
}
