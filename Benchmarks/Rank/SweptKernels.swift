import KernelContract

/// Kernels that are timed beside the catalogue's and never chosen. There are none but in the copy of
/// this repository that `kernelgen sweep` builds, where its candidates stand in this file's place.
enum SweptKernels {
  static let pointwise: [PointwiseKernel] = []
  static let depthwise: [DepthwiseKernel] = []

  /// The names of all of them.
  static let names = Set(pointwise.map(\.name) + depthwise.map(\.name))
}
