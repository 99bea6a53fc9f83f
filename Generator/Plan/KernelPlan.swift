/// Everything that kernelgen writes: the families, each with the table that it emits.
///
/// A new operation is one line here, a new tile or kernel size one row of its family's table.
struct KernelPlan: Sendable {
  let families: [any Family]

  static let committed = KernelPlan(families: [
    VectorFamily(),
    VectorFunctionsFamily(),
    TransposeFamily(),
    PointwiseFamily(rows: PointwiseFamily.committedRows),
    DepthwiseFamily(rows: DepthwiseFamily.committedRows),
    StemFamily(rows: StemFamily.committedRows),
    AttentionFamily(rows: AttentionFamily.committedRows),
    PoolingFamily(vectors: 8),
    ScalingFamily(),
    ActivationFamily(),
    NormalisationFamily(sums: 4),
    LayoutFamily(),
    PeakFamily(rows: PeakFamily.committedRows),
  ])

  /// Every file, sorted by path.
  func files() throws -> [KernelFile] {
    var files: [KernelFile] = []
    for family in families {
      for target in Target.all {
        files += try family.files(for: target)
      }
      files += try CatalogueEmitter(family: family).files()
    }
    files.append(CatalogueEmitter.catalogue(of: families))
    files.sort { $0.path < $1.path }
    for (one, next) in zip(files, files.dropFirst()) where one.path == next.path {
      throw KernelPlanError.duplicate(one.path)
    }
    return files
  }
}
