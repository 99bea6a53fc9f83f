import KernelContract

/// Every kernel that exists, family by family, best instruction set first. Dispatch, tests and
/// benchmarks all iterate over these lists, so a kernel that is generated is tested and timed without
/// anyone remembering to.
package enum KernelCatalog {
  /// Matrix products.
  package static let pointwise: [PointwiseKernel] =
    PointwiseKernel.avx512 + PointwiseKernel.avx2 + PointwiseKernel.neon + PointwiseKernel.portable

  /// Depthwise convolutions.
  package static let depthwise: [DepthwiseKernel] =
    DepthwiseKernel.avx512 + DepthwiseKernel.avx2 + DepthwiseKernel.neon + DepthwiseKernel.portable

  /// The first convolution.
  package static let stem: [StemKernel] =
    StemKernel.avx512 + StemKernel.avx2 + StemKernel.neon + StemKernel.portable

  /// Loops that reach the peak, one an instruction set.
  package static let peak: [PeakKernel] =
    PeakKernel.avx512 + PeakKernel.avx2 + PeakKernel.neon + PeakKernel.portable

  /// Attention.
  package static let attention: [AttentionKernel] =
    AttentionKernel.avx512 + AttentionKernel.avx2 + AttentionKernel.neon + AttentionKernel.portable

  /// Means over all pixels.
  package static let pooling: [PoolingKernel] =
    PoolingKernel.avx512 + PoolingKernel.avx2 + PoolingKernel.neon + PoolingKernel.portable

  /// Products with one factor a channel.
  package static let scaling: [ScalingKernel] =
    ScalingKernel.avx512 + ScalingKernel.avx2 + ScalingKernel.neon + ScalingKernel.portable

  /// Activations of whole maps.
  package static let activation: [ActivationKernel] =
    ActivationKernel.avx512 + ActivationKernel.avx2 + ActivationKernel.neon
    + ActivationKernel.portable

  /// Conversions from and to planar maps.
  package static let layout: [LayoutKernel] =
    LayoutKernel.avx512 + LayoutKernel.avx2 + LayoutKernel.neon + LayoutKernel.portable

  /// Every kernel of every family.
  package static let all: [any Kernel] = {
    let families: [[any Kernel]] = [
      pointwise, depthwise, stem, attention, pooling, scaling, activation, layout, peak,
    ]
    return families.flatMap { $0 }
  }()

  /// A number that is another where kernels, their tiles or their names are: what was measured with one
  /// catalogue says nothing of another. In hexadecimal digits.
  package static let digest: String = {
    // FNV-1a: it need only tell catalogues apart, not withstand anybody.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for kernel in all {
      // Names hold the tile.
      for byte in "\(kernel.instructionSet) \(kernel.name) \(kernel.registers)\n".utf8 {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
      }
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }()

  /// The kernels of one instruction set.
  package static func available(on instructionSet: InstructionSet) -> [any Kernel] {
    all.filter { $0.instructionSet == instructionSet }
  }
}
