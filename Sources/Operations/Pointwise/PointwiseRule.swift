/// When one register tile pays: a row of the table that chooses pointwise kernels.
struct PointwiseRule {
  let instructionSet: InstructionSet
  let rows: Int
  let vectors: Int
  /// Share of the multiply-add peak on whole tiles of operands in the second-level cache, measured on
  /// Zen 5 for the instruction sets that it has, else estimated from loads per multiply-add.
  let efficiency: Double
  /// Why the tile exists.
  let reason: StaticString

  private init(
    _ instructionSet: InstructionSet, _ rows: Int, _ vectors: Int, _ efficiency: Double,
    _ reason: StaticString
  ) {
    self.instructionSet = instructionSet
    self.rows = rows
    self.vectors = vectors
    self.efficiency = efficiency
    self.reason = reason
  }

  /// The depth plays no part: every tile spends the same few cycles on bias and store, so a shallow layer
  /// slows all tiles alike.
  static let table = [
    PointwiseRule(.avx512, 8, 3, 0.970, "24 sums, 3 times what hides the latency; widths by 3"),
    PointwiseRule(.avx512, 8, 2, 0.965, "16 sums still hide it; the rest of any width from 2"),
    PointwiseRule(.avx512, 7, 3, 0.960, "7×7 and 14×14 maps, where 8 rows compute some twice"),
    PointwiseRule(.avx512, 6, 3, 0.955, "6×6 maps, for the same reason"),
    PointwiseRule(.avx512, 5, 4, 0.950, "5×5 and 10×10 maps, for the same reason"),
    PointwiseRule(.avx512, 16, 1, 0.860, "a width of one vector; a load per product"),
    PointwiseRule(.avx512, 1, 4, 0.500, "one row: 4 sums hide half of the latency"),

    PointwiseRule(.avx2, 4, 3, 0.96, "all 16 registers; widths by 3"),
    PointwiseRule(.avx2, 6, 2, 0.94, "the rest of any width, which is even"),
    PointwiseRule(.avx2, 1, 4, 0.50, "one row: 4 sums hide half of the latency"),

    PointwiseRule(.neon, 8, 3, 0.96, "24 sums and 0.46 loads per product; widths by 3"),
    PointwiseRule(.neon, 8, 2, 0.95, "the rest of any width, which is even"),
    PointwiseRule(.neon, 1, 4, 0.50, "one row: 4 sums hide half of the latency"),

    PointwiseRule(.portable, 4, 2, 0.90, "any width, which is even; small enough for 16 registers"),
  ]

  /// Independent sums that hide a latency of 4 cycles on 2 ports.
  private static let chainsInFlight = 8.0

  /// The time of `panels` panels of `rows` rows, in multiply-adds of a vector at the peak.
  func cost(rows: Int, panels: Int) -> Double {
    let products = Double(vectors * panels)
    guard rows >= self.rows else {
      let hidden = min(1, Double(vectors) / Self.chainsInFlight)
      return products * Double(rows) / (hidden * 0.99)
    }
    let tiles = (rows + self.rows - 1) / self.rows
    return products * Double(tiles * self.rows) / efficiency
  }
}

extension Pointwise {
  /// The kernels that compute a layer on `rows` pixels, in ascending order of the channels: the cheapest
  /// split of the padded width into one or two segments by `PointwiseRule.table`, the wider segment first;
  /// nil where no split covers the width.
  ///
  /// Every choice gives the same bits.
  func segments(
    rows: Int, of kernels: [PointwiseKernel], for problem: OperationProblem,
    on instructionSet: InstructionSet
  ) -> [PointwiseSegment]? {
    precondition(outputChannels > 0 && rows > 0)
    let vectors = ActivationLayout.paddedChannels(outputChannels) / instructionSet.lanes
    let tiles = kernels.indices.compactMap { index -> RuledTile? in
      guard kernels[index].isMeant(for: problem, on: instructionSet),
        let rule = PointwiseRule(for: kernels[index])
      else { return nil }
      return RuledTile(kernel: index, rule: rule)
    }

    var best: (segments: [(tile: RuledTile, panels: Int)], cost: Double) = ([], .infinity)
    for first in tiles {
      for panels in (0...vectors / first.rule.vectors).reversed() {
        let rest = vectors - panels * first.rule.vectors
        guard vectors >= 2 * rest else { continue }
        for second in tiles where rest % second.rule.vectors == 0 {
          let others = rest / second.rule.vectors
          let cost =
            first.rule.cost(rows: rows, panels: panels)
            + second.rule.cost(rows: rows, panels: others)
          // The margin keeps rounding from deciding: of equal costs the first wins, with fewer segments.
          guard cost < best.cost * (1 - 1e-9) else { continue }
          best = ([(first, panels), (second, others)], cost)
        }
      }
    }
    guard !best.segments.isEmpty else { return nil }
    return best.segments.filter { $0.panels > 0 }.map {
      PointwiseSegment(kernel: kernels[$0.tile.kernel], panels: $0.panels)
    }
  }

  /// A kernel by its index, with its rule. Hundreds of splits are compared, and each copy of a kernel itself
  /// would count references to its name and function.
  private struct RuledTile {
    let kernel: Int
    let rule: PointwiseRule
  }

  package func chosen(
    for problem: OperationProblem, on instructionSet: InstructionSet, in catalogue: KernelCatalogue
  ) -> (any ChosenKernels)? {
    let segments = segments(
      rows: problem.output.pixels, of: catalogue.kernels(PointwiseKernel.self), for: problem,
      on: instructionSet)
    return segments.map { ChosenPointwise($0, for: problem, outputs: outputChannels) }
  }
}

extension PointwiseRule {
  /// The rule for `kernel`. Tiles of other precisions that the table does not have are rated by their loads.
  fileprivate init?(for kernel: PointwiseKernel) {
    let row = Self.table.first {
      $0.instructionSet == kernel.instructionSet && $0.rows == kernel.rows
        && $0.vectors == kernel.vectors
    }
    guard let row else {
      guard kernel.precision != .f32 else { return nil }
      self.init(
        kernel.instructionSet, kernel.rows, kernel.vectors,
        1 / (1 + kernel.loadsPerMultiplyAdd / 8),
        "another precision's, not measured yet")
      return
    }
    self = row
  }
}
