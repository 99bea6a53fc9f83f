import FastViTOperations

/// Kernels that are timed among the catalogue's and never chosen. There are none here: only the copy of
/// this repository that `kernelgen sweep` builds has some, in a file that replaces this one.
enum SweptKernels {
  /// All swept kernels.
  static let catalogue = KernelCatalogue()

  /// The names of all swept kernels.
  static let names = Set(catalogue.all.map(\.name))
}
