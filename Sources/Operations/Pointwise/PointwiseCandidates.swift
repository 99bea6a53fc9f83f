extension Pointwise {
  package func candidates(
    for problem: OperationProblem, on instructionSet: InstructionSet,
    in catalogue: KernelCatalogue, all: Bool
  ) -> [any ChosenKernels] {
    let kernels = catalogue.kernels(PointwiseKernel.self).filter {
      $0.isMeant(for: problem, on: instructionSet)
        && (all || $0.rows > 1 || problem.output.pixels == 1)
    }
    let vectors = ActivationLayout.paddedChannels(outputChannels) / instructionSet.lanes
    return PointwiseSplits(kernels, vectors: vectors, all: all).segments.map {
      ChosenPointwise($0, for: problem, outputs: outputChannels)
    }
  }

  package func coverage(
    of problem: OperationProblem, on instructionSet: InstructionSet, in catalogue: KernelCatalogue
  ) -> [any ChosenKernels] {
    let kernels = catalogue.kernels(PointwiseKernel.self).filter {
      $0.isMeant(for: problem, on: instructionSet)
    }
    let vectors = ActivationLayout.paddedChannels(outputChannels) / instructionSet.lanes
    return kernels.compactMap { kernel in
      Self.segments(of: vectors, beginningWith: kernel, others: kernels).map {
        ChosenPointwise($0, for: problem, outputs: outputChannels)
      }
    }
  }

  /// Splits `vectors` vectors of channels among `kernel` and, for the rest of the width, the widest of
  /// `others` that fit; nil where `kernel` is too wide or nothing fits the rest.
  private static func segments(
    of vectors: Int, beginningWith kernel: PointwiseKernel, others: [PointwiseKernel]
  ) -> [PointwiseSegment]? {
    guard vectors >= kernel.vectors else { return nil }
    var segments = [PointwiseSegment(kernel: kernel, panels: vectors / kernel.vectors)]
    var left = vectors % kernel.vectors
    let byWidth = others.sorted { $0.vectors > $1.vectors }
    while left > 0 {
      guard let next = byWidth.first(where: { $0.vectors <= left }) else { return nil }
      segments.append(PointwiseSegment(kernel: next, panels: left / next.vectors))
      left %= next.vectors
    }
    return segments
  }
}

/// The ways to divide the width of a matrix product between one or two kernels.
private struct PointwiseSplits {
  private let kernels: [PointwiseKernel]
  private let vectors: Int
  private let all: Bool

  /// - Parameters:
  ///   - vectors: how many the padded width has.
  ///   - all: whether to give every split, and not only those with the smallest second part.
  init(_ kernels: [PointwiseKernel], vectors: Int, all: Bool) {
    self.kernels = kernels
    self.vectors = vectors
    self.all = all
  }

  /// The splits, the wider part first.
  var segments: [[PointwiseSegment]] {
    var found: [[PointwiseSegment]] = []
    var known: Set<[String]> = []
    for first in kernels {
      for second in kernels {
        for panels in panels(first, second) {
          let rest = vectors - panels * first.vectors
          let segments = [
            PointwiseSegment(kernel: first, panels: panels),
            PointwiseSegment(kernel: second, panels: rest / second.vectors),
          ].filter { $0.panels > 0 }
          if known.insert(segments.map(\.text)).inserted { found.append(segments) }
        }
      }
    }
    return found
  }

  /// The numbers of panels that the first of two kernels may have, which are at least half of the width.
  private func panels(_ first: PointwiseKernel, _ second: PointwiseKernel) -> [Int] {
    let most = vectors / first.vectors
    let possible = (0...most).reversed().filter { panels in
      let rest = vectors - panels * first.vectors
      return vectors >= 2 * rest && rest % second.vectors == 0
    }
    return all ? possible : Array(possible.prefix(1))
  }
}
