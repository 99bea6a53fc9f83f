/// When one register tile pays: a row of the table that chooses depthwise kernels.
struct DepthwiseRule {
  let instructionSet: InstructionSet
  let width: Int
  let height: Int
  /// The windows that the row is for; nil for all that have no row of their own for this tile.
  let geometry: ConvolutionGeometry?
  /// Speed on feature maps that the tile divides, relative to the instruction set's first tile. Measured for
  /// AVX-512 on Zen 5 and for AVX2 on Zen 3; estimated for the others from the number of sums.
  let efficiency: Double
  /// Why the tile exists.
  let reason: StaticString

  private init(
    _ instructionSet: InstructionSet, _ width: Int, _ height: Int, _ efficiency: Double,
    for geometry: ConvolutionGeometry? = nil, _ reason: StaticString
  ) {
    self.instructionSet = instructionSet
    self.width = width
    self.height = height
    self.geometry = geometry
    self.efficiency = efficiency
    self.reason = reason
  }

  private static let window3 = ConvolutionGeometry(kernel: 3, stride: 1)
  private static let window3s2 = ConvolutionGeometry(kernel: 3, stride: 2)

  /// The rows. Each is for every window, stride and multiplier for which a kernel with the tile exists.
  static let table = [
    DepthwiseRule(.avx512, 8, 2, 1.00, "16 sums, and rows of input shared by two of output"),
    DepthwiseRule(.avx512, 8, 1, 1.00, "16 sums with multiplier 2; else 8, for stride 2"),
    DepthwiseRule(.avx512, 7, 2, 0.98, "7×7 and 14×14 maps, where 8 columns waste some"),
    DepthwiseRule(.avx512, 7, 1, 0.97, "the same with multiplier 2"),
    DepthwiseRule(.avx512, 6, 2, 0.95, "7×7 windows on 6, 9 to 12 and 18 columns"),
    DepthwiseRule(.avx512, 4, 2, 0.90, "narrow maps that 8 columns do not fit"),
    DepthwiseRule(.avx512, 4, 1, 0.90, "narrow maps that 8 columns do not fit"),

    DepthwiseRule(.avx2, 8, 1, 1.00, "8 sums and the weights of a row fill the 16 registers"),
    DepthwiseRule(.avx2, 7, 1, 0.96, "7×7 and 14×14 maps, where 8 columns waste some"),
    DepthwiseRule(.avx2, 6, 2, 0.72, "7×7 windows on 6 columns; weights of two rows spill"),
    DepthwiseRule(.avx2, 4, 2, 1.10, for: window3, "two rows share input, and all weights fit"),
    DepthwiseRule(.avx2, 4, 2, 1.05, for: window3s2, "two rows share one row of input"),
    DepthwiseRule(.avx2, 4, 2, 0.85, "7×7 windows on 4 columns; weights of two rows spill"),
    DepthwiseRule(.avx2, 4, 1, 1.00, "8 sums with multiplier 2"),

    DepthwiseRule(.neon, 8, 2, 1.00, "16 sums, and rows of input shared by two of output"),
    DepthwiseRule(.neon, 8, 1, 1.00, "16 sums with multiplier 2; else 8, for stride 2"),
    DepthwiseRule(.neon, 7, 2, 0.98, "7×7 and 14×14 maps, where 8 columns waste some"),
    DepthwiseRule(.neon, 6, 2, 0.95, "7×7 windows on 6, 9 to 12 and 18 columns"),
    DepthwiseRule(.neon, 4, 2, 0.90, "narrow maps that 8 columns do not fit"),
    DepthwiseRule(.neon, 4, 1, 0.90, "narrow maps that 8 columns do not fit"),

    DepthwiseRule(.portable, 1, 1, 1.00, "any map, as small as possible"),
  ]

  /// The share of the best tile's speed that the general path reaches: it loads twice for each product.
  private static let generalEfficiency = 0.35

  /// The share of its speed that a tile reaches on a single row: fewer sums hide less latency.
  private static let singleRowEfficiency = 0.8

  /// The time of one output row, in pixels at the best tile's speed.
  func cost(columns: Int, rows: Int, fits: Bool) -> Double {
    guard fits else { return Double(columns) / Self.generalEfficiency }
    let tiles = (columns + width - 1) / width
    let rest = rows % height
    let effort = Double(rows - rest) + Double(rest) / Self.singleRowEfficiency
    return Double(tiles * width) / efficiency * effort / Double(rows)
  }
}

extension Depthwise {
  /// The cheapest kernel by `DepthwiseRule.table`; nil where none exists for the geometry. Every choice gives
  /// the same bits.
  package func chosen(
    for problem: OperationProblem, on instructionSet: InstructionSet, in catalogue: KernelCatalogue
  ) -> (any ChosenKernels)? {
    let output = problem.output
    precondition(output.width > 0 && output.height > 0)
    let kernels = catalogue.kernels(DepthwiseKernel.self)
    var best: (kernel: Int?, cost: Double) = (nil, .infinity)
    for index in kernels.indices where computes(kernels[index], problem, on: instructionSet) {
      guard let rule = DepthwiseRule.rule(for: kernels[index]) else { continue }
      let cost = rule.cost(
        columns: output.width, rows: output.height,
        fits: kernels[index].fits(columns: output.width))
      if cost < best.cost { best = (index, cost) }
    }
    return best.kernel.map { ChosenDepthwise(kernel: kernels[$0], outputs: output.channels) }
  }
}

extension DepthwiseRule {
  /// The row for `kernel`: the one for its tile and geometry, else the one for its tile.
  fileprivate static func rule(for kernel: DepthwiseKernel) -> DepthwiseRule? {
    func first(_ geometry: ConvolutionGeometry?) -> DepthwiseRule? {
      table.first {
        $0.instructionSet == kernel.instructionSet && $0.width == kernel.tileWidth
          && $0.height == kernel.tileHeight && $0.geometry == geometry
      }
    }
    return first(kernel.geometry) ?? first(nil)
  }
}
