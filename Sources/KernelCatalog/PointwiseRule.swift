import KernelContract

/// What one register tile is good for: a row of the table that chooses pointwise kernels.
struct PointwiseRule {
  let instructionSet: InstructionSet
  let rows: Int
  let vectors: Int
  /// Share of the multiply-add peak on whole tiles of operands in the second-level cache, measured on
  /// Zen 5 where it has the instruction set, else estimated from loads for each multiply-add.
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

  /// Depth is not asked: every tile pays the same few cycles for bias and store, so a shallow layer
  /// slows all of them alike.
  static let table = [
    PointwiseRule(.avx512, 8, 3, 0.970, "24 sums, 3 times what hides the latency; widths by 3"),
    PointwiseRule(.avx512, 8, 2, 0.965, "16 sums still hide it; the rest of any width from 2"),
    PointwiseRule(.avx512, 7, 3, 0.960, "7×7 and 14×14 maps, where 8 rows compute some twice"),
    PointwiseRule(.avx512, 6, 3, 0.955, "6×6 maps, for the same reason"),
    PointwiseRule(.avx512, 5, 4, 0.950, "5×5 and 10×10 maps, for the same reason"),
    PointwiseRule(.avx512, 16, 1, 0.860, "a width of one vector; a load a product"),
    PointwiseRule(.avx512, 1, 4, 0.500, "one row: 4 sums hide half of the latency"),

    PointwiseRule(.avx2, 4, 3, 0.96, "all 16 registers; widths by 3"),
    PointwiseRule(.avx2, 6, 2, 0.94, "the rest of any width, which is even"),
    PointwiseRule(.avx2, 1, 4, 0.50, "one row: 4 sums hide half of the latency"),

    PointwiseRule(.neon, 8, 3, 0.96, "24 sums and 0.46 loads a product; widths by 3"),
    PointwiseRule(.neon, 8, 2, 0.95, "the rest of any width, which is even"),
    PointwiseRule(.neon, 1, 4, 0.50, "one row: 4 sums hide half of the latency"),

    PointwiseRule(.portable, 4, 2, 0.90, "any width, which is even; small enough for 16 registers"),
  ]

  /// Sums that hide a latency of 4 cycles on 2 ports.
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

/// Panels of a layer's width that one kernel computes.
package struct PointwiseRun: Sendable {
  package let kernel: PointwiseKernel
  package let panels: Int

  package init(kernel: PointwiseKernel, panels: Int) {
    self.kernel = kernel
    self.panels = panels
  }

  /// Output channels of the run, with the surplus.
  package var width: Int { panels * kernel.panelWidth }
}

extension KernelCatalog {
  /// The kernels that compute a layer of `outputs` channels on `rows` pixels, in ascending order of the
  /// channels: the cheapest split of the padded width into one or two runs by `PointwiseRule.table`,
  /// the wider run first.
  ///
  /// Every choice gives the same bytes.
  package static func pointwiseRuns(
    outputs: Int, rows: Int, epilogue: Epilogue, on instructionSet: InstructionSet
  ) -> [PointwiseRun] {
    precondition(outputs > 0 && rows > 0)
    let vectors = ActivationLayout.paddedChannels(outputs) / instructionSet.lanes
    let candidates = pointwise.indices.compactMap { index -> RuledTile? in
      guard pointwise[index].instructionSet == instructionSet,
        pointwise[index].epilogue == epilogue, let rule = rule(for: pointwise[index])
      else { return nil }
      return RuledTile(kernel: index, rule: rule)
    }

    var best: (runs: [(tile: RuledTile, panels: Int)], cost: Double) = ([], .infinity)
    for first in candidates {
      for panels in (0...vectors / first.rule.vectors).reversed() {
        let rest = vectors - panels * first.rule.vectors
        guard vectors >= 2 * rest else { continue }
        for second in candidates where rest % second.rule.vectors == 0 {
          let others = rest / second.rule.vectors
          let cost =
            first.rule.cost(rows: rows, panels: panels)
            + second.rule.cost(rows: rows, panels: others)
          // Not for the sake of a rounding: fewer runs come first.
          guard cost < best.cost * (1 - 1e-9) else { continue }
          best = ([(first, panels), (second, others)], cost)
        }
      }
    }
    precondition(!best.runs.isEmpty, "no \(epilogue) kernel of \(instructionSet) has a width")
    return best.runs.filter { $0.panels > 0 }.map {
      PointwiseRun(kernel: pointwise[$0.tile.kernel], panels: $0.panels)
    }
  }

  /// A kernel by its place in `pointwise`, and what its tile is good for. Splits are compared by the
  /// hundred, and a kernel's name and function would be counted with each copy.
  private struct RuledTile {
    let kernel: Int
    let rule: PointwiseRule
  }

  private static func rule(for kernel: PointwiseKernel) -> PointwiseRule? {
    PointwiseRule.table.first {
      $0.instructionSet == kernel.instructionSet && $0.rows == kernel.rows
        && $0.vectors == kernel.vectors
    }
  }
}
