import FastViTCatalogue
import FastViTOperations
import FastViTTestSupport
import Testing

/// Every stem kernel that runs here, compared byte by byte with the reference, on planar and interleaved
/// images, for all relations of an image to the tile.
@Suite struct StemKernelTests {
  private static let kernels = KernelCatalogue.generated.kernels(StemKernel.self).filter(
    \.instructionSet.runsHere
  )
  .map { StemArgument(kernel: $0) }

  @Test(arguments: kernels)
  func givesTheBytesOfTheReference(_ argument: StemArgument) {
    for problem in StemProblem.all(for: argument.kernel) {
      let operands = StemOperands(problem, argument.kernel)
      #expect(operands.failure() == nil, "\(argument.testDescription) on \(problem)")
    }
  }
}

/// A kernel as a test's argument.
struct StemArgument: Sendable, CustomTestStringConvertible {
  let kernel: StemKernel

  var testDescription: String { "\(kernel.instructionSet) \(kernel.name)" }
}

/// A call's extents.
struct StemProblem: CustomStringConvertible {
  enum Layout: String, CaseIterable {
    case planar
    case interleaved
    /// Planar with gaps between rows and channels.
    case strided
  }

  let height: Int
  let width: Int
  let panels: Int
  let layout: Layout
  /// How much larger the output's pitch is than needed.
  var gap = 0
  /// Output rows to compute; nil for all.
  var rows: Range<Int>?

  var description: String {
    "\(height)×\(width) \(layout), \(panels) panels, gap \(gap), \(rows.map { "rows \($0)" } ?? "")"
  }

  /// Problems of these extents:
  ///
  /// - Output columns: one, fewer than the tile's, as many, every number up to more than twice as many, and
  ///   three tiles with a remainder.
  /// - Widths and heights of both parities, one panel and two, and ranges of rows.
  static func all(for kernel: StemKernel) -> [StemProblem] {
    let tile = kernel.tileWidth
    let columns = Array(1...(2 * tile + 2)) + [3 * tile + 2]
    var problems: [StemProblem] = []
    for width in columns.flatMap({ [2 * $0 - 1, 2 * $0] }) {
      for (index, layout) in Layout.allCases.enumerated() {
        let height = 1 + (width + index) % 6
        problems.append(
          StemProblem(
            height: height, width: width, panels: 1 + height % 2, layout: layout,
            gap: index * 17))
      }
    }
    for rows in [0..<0, 0..<1, 1..<3, 2..<5, 4..<5] {
      problems.append(
        StemProblem(height: 9, width: 4 * tile, panels: 1, layout: .planar, rows: rows))
    }
    return problems
  }
}

/// The operands of a problem, each ending at an inaccessible page.
struct StemOperands {
  private let problem: StemProblem
  private let kernel: StemKernel
  private let shape: FeatureShape
  private let rows: Range<Int>
  private let outputPitch: Int
  /// Input `[pixel][channel]`, weights `[output channel][input channel][tap]`, and one bias per output
  /// channel.
  private let input: [Float]
  private let weights: [Float]
  private let bias: [Float]
  private let channelStride: Int
  private let rowStride: Int
  private let pixelStride: Int
  private let image: GuardedFloats
  private let packedWeights: GuardedFloats
  private let packedBias: GuardedFloats

  private static let geometry = ConvolutionGeometry(kernel: 3, stride: 2)

  init(_ problem: StemProblem, _ kernel: StemKernel) {
    self.problem = problem
    self.kernel = kernel
    let outputs = problem.panels * kernel.panelWidth
    shape = FeatureShape(height: problem.height, width: problem.width, channels: 3)
    rows = problem.rows ?? 0..<Self.geometry.outputExtent(problem.height)
    outputPitch = outputs + problem.gap
    var random = SeededGenerator(UInt64(problem.height * 1000 + problem.width))
    input = random.floats(shape.elements, in: -3...3)
    weights = random.floats(outputs * 27)
    bias = random.floats(outputs)

    switch problem.layout {
    case .planar:
      (channelStride, rowStride, pixelStride) = (problem.height * problem.width, problem.width, 1)
    case .interleaved:
      (channelStride, rowStride, pixelStride) = (1, 3 * problem.width, 3)
    case .strided:
      let row = 2 * problem.width + 3
      (channelStride, rowStride, pixelStride) = (problem.height * row + 5, row, 2)
    }
    var laid = [Float](
      repeating: .nan,
      count: 2 * channelStride + (problem.height - 1) * rowStride
        + (problem.width - 1) * pixelStride + 1)
    for (index, value) in input.enumerated() {
      let (pixel, channel) = (index / 3, index % 3)
      let (y, x) = (pixel / problem.width, pixel % problem.width)
      laid[channel * channelStride + y * rowStride + x * pixelStride] = value
    }
    image = GuardedFloats(laid)
    packedWeights = GuardedFloats(Self.packed(weights, kernel))
    packedBias = GuardedFloats(bias)
  }

  /// `weights`, which are `[output channel][channel][tap]`, as `[panel][tap][channel][width]`.
  private static func packed(_ weights: [Float], _ kernel: StemKernel) -> [Float] {
    var packed: [Float] = []
    for first in stride(from: 0, to: weights.count / 27, by: kernel.panelWidth) {
      for tap in 0..<9 {
        for channel in 0..<3 {
          for lane in 0..<kernel.panelWidth {
            packed.append(weights[(first + lane) * 27 + channel * 9 + tap])
          }
        }
      }
    }
    return packed
  }

  /// The first way in which the kernel's output is not the reference's, or nil.
  func failure() -> String? {
    let outputShape = Self.geometry.outputShape(shape, channels: bias.count)
    let output = GuardedFloats(poisoned: (outputShape.pixels - 1) * outputPitch + bias.count)
    kernel.function(
      rows.lowerBound, rows.upperBound, shape.height, shape.width, problem.panels,
      image.start, channelStride, rowStride, pixelStride, packedWeights.start,
      packedBias.start, output.start, outputPitch)
    guard output.canariesAreIntact else { return "wrote before the output" }
    var expected = [Float](repeating: GuardedFloats.poison, count: output.count)
    for row in rows {
      let values = referenceStemRow(
        row, of: input, shape, weights: weights, bias: bias, kernel.epilogue)
      for x in 0..<outputShape.width {
        let place = (row * outputShape.width + x) * outputPitch
        let first = x * bias.count
        expected.replaceSubrange(
          place..<place + bias.count, with: values[first..<first + bias.count])
      }
    }
    return firstDifference(output.values, expected)
  }
}

/// One output row of the stem by the reference kernels.
func referenceStemRow(
  _ row: Int, of input: [Float], _ shape: FeatureShape, weights: [Float], bias: [Float],
  _ epilogue: Epilogue
) -> [Float] {
  let geometry = ConvolutionGeometry(kernel: 3, stride: 2)
  var sums = [Float](repeating: .nan, count: geometry.outputExtent(shape.width) * bias.count)
  var sumSpan = sums.mutableSpan
  convolutionRow(
    row, of: input.span, shape, geometry, weights: weights.span, bias: bias.span, into: &sumSpan)
  guard epilogue == .gelu else { return sums }
  var activated = sums
  var activatedSpan = activated.mutableSpan
  activate(.gelu, sums.span, into: &activatedSpan)
  return activated
}
