import KernelContract

extension KernelCatalog {
  /// The depthwise kernel for maps whose output rows have `outputWidth` pixels: the one that computes
  /// fewest pixels twice, the widest of equals.
  package static func depthwise(
    _ geometry: ConvolutionGeometry, multiplier: Int, outputWidth: Int, epilogue: Epilogue,
    on instructionSet: InstructionSet
  ) -> DepthwiseKernel {
    let candidates = depthwise.filter {
      $0.instructionSet == instructionSet && $0.geometry == geometry
        && $0.multiplier == multiplier && $0.epilogue == epilogue
    }
    func computed(_ kernel: DepthwiseKernel) -> Int {
      (outputWidth + kernel.tileWidth - 1) / kernel.tileWidth * kernel.tileWidth
    }
    let best = candidates.min {
      (computed($0), -$0.tileWidth * $0.tileHeight) < (computed($1), -$1.tileWidth * $1.tileHeight)
    }
    return required(best, "depthwise", instructionSet)
  }

  /// The kernels for the stem's first convolution: the widest panels first, the rest by narrower ones.
  package static func stemRuns(
    outputs: Int, epilogue: Epilogue, on instructionSet: InstructionSet
  ) -> [PackedStem.Run] {
    let kernels = stem.filter { $0.instructionSet == instructionSet && $0.epilogue == epilogue }
    var rest = ActivationLayout.paddedChannels(outputs) / instructionSet.lanes
    let exact = kernels.filter { rest % $0.tileVectors == 0 }
      .max { $0.tileVectors < $1.tileVectors }
    if let exact { return [PackedStem.Run(kernel: exact, panels: rest / exact.tileVectors)] }
    var runs: [PackedStem.Run] = []
    for kernel in kernels.sorted(by: { $0.tileVectors > $1.tileVectors }) {
      runs.append(PackedStem.Run(kernel: kernel, panels: rest / kernel.tileVectors))
      rest %= kernel.tileVectors
    }
    precondition(rest == 0, "no stem kernels of \(instructionSet) cover \(outputs) channels")
    return runs.filter { $0.panels > 0 }
  }
}
