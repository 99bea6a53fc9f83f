import KernelContract

/// Every kernel that exists. Dispatch, tests and benchmarks all iterate over these lists, so a kernel
/// that is generated is tested and timed without anyone remembering to.
package enum KernelCatalog {
  /// Matrix products, best instruction set first.
  package static let pointwise: [PointwiseKernel] =
    PointwiseKernel.avx512 + PointwiseKernel.avx2 + PointwiseKernel.neon + PointwiseKernel.portable

  /// Every kernel of every family.
  package static let all: [any Kernel] = pointwise

  /// The kernels of one instruction set.
  package static func available(on instructionSet: InstructionSet) -> [any Kernel] {
    all.filter { $0.instructionSet == instructionSet }
  }
}
