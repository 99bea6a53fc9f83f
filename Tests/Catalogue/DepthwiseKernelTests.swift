import FastViTCatalogue
import FastViTOperations
import FastViTTestSupport
import Testing

/// Every depthwise kernel that runs here, compared byte by byte with the reference, for all relations of
/// a feature map to the tile.
@Suite struct DepthwiseKernelTests {
  private static let kernels = KernelCatalogue.generated.kernels(DepthwiseKernel.self).filter(
    \.instructionSet.runsHere
  )
  .map { DepthwiseArgument(kernel: $0) }

  @Test(arguments: kernels)
  func givesTheBytesOfTheReference(_ argument: DepthwiseArgument) {
    for problem in DepthwiseProblem.all(for: argument.kernel) {
      let operands = DepthwiseOperands(problem, argument.kernel, .random)
      #expect(operands.failure() == nil, "\(argument.testDescription) on \(problem)")
    }
  }

  /// Windows of 7×7 are computed by tiles, in calls of one row or of many; without tiles they take twice as
  /// long.
  @Test(arguments: InstructionSet.all.filter { $0.runsHere && $0 != .portable }, [1, 2, 9])
  func aTileFitsAllButTheNarrowestMaps(instructionSet: InstructionSet, rows: Int) throws {
    let geometry = ConvolutionGeometry(kernel: 7, stride: 1)
    for columns in 1...64 {
      let kernel = try #require(
        chosenDepthwise(
          geometry, multiplier: 1, columns: columns, rows: rows, epilogue: .bias,
          on: instructionSet))
      let isNarrowest = [1, 2, 3, 5].contains(columns)
      #expect(kernel.fits(columns: columns) != isNarrowest, "\(columns) columns")
    }
  }

  /// If a tap in the padding were multiplied by zero, it would turn a sum of −0 into 0, and an infinite
  /// weight would make a NaN.
  @Test(arguments: kernels, [DepthwiseOperands.Values.negativeZeros, .infiniteBorder])
  func leavesOutTheTapsOutsideTheImage(
    _ argument: DepthwiseArgument, _ values: DepthwiseOperands.Values
  ) {
    let kernel = argument.kernel
    for columns in [1, kernel.tileWidth, 2 * kernel.tileWidth + 1] {
      for height in 1...4 {
        let width = (columns - 1) * kernel.geometry.stride + 1
        let problem = DepthwiseProblem(
          kernel, height: height, width: width, vectors: kernel.multiplier, gap: 0)
        let operands = DepthwiseOperands(problem, kernel, values)
        #expect(operands.failure() == nil, "\(argument.testDescription) on \(problem)")
      }
    }
  }
}

/// A kernel as a test's argument.
struct DepthwiseArgument: Sendable, CustomTestStringConvertible {
  let kernel: DepthwiseKernel

  var testDescription: String { "\(kernel.instructionSet) \(kernel.name)" }
}

/// A call's extents.
struct DepthwiseProblem: CustomStringConvertible {
  let height: Int
  let width: Int
  /// Vectors of output channels.
  let vectors: Int
  /// How much larger the pitches of input and output are than needed.
  let gap: Int
  /// Output rows to compute.
  let rows: Range<Int>

  var description: String {
    "\(height)×\(width), \(vectors) vectors, gap \(gap), rows \(rows)"
  }

  init(
    _ kernel: DepthwiseKernel, height: Int, width: Int, vectors: Int, gap: Int,
    rows: Range<Int>? = nil
  ) {
    self.height = height
    self.width = width
    self.vectors = vectors
    self.gap = gap
    self.rows = rows ?? 0..<kernel.geometry.outputExtent(height)
  }

  /// Problems of these extents:
  ///
  /// - Output columns: one, fewer than the tile's, as many, every number up to more than twice as many, and
  ///   three tiles with a remainder. Input widths of both parities.
  /// - Heights from one row to more than a window, and ranges of rows within the feature map.
  /// - One to six vectors, more than the general path takes at a time.
  /// - Pixels without gaps, and with gaps of a prime number of values.
  static func all(for kernel: DepthwiseKernel) -> [DepthwiseProblem] {
    let stride = kernel.geometry.stride
    let tile = kernel.tileWidth
    let columns = Array(1...(2 * tile + 2)) + [3 * tile + 1]
    let widths = Set(columns.flatMap { [$0 * stride, $0 * stride - stride + 1] }).sorted()
    var problems = widths.flatMap { width in
      [1, 2, 3, 5, kernel.geometry.kernel + 3].map { height in
        DepthwiseProblem(
          kernel, height: height, width: width, vectors: 1 + (width + height) % 6,
          gap: height % 2 * 17)
      }
    }
    let last = 4 * stride + 1
    for rows in [0..<0, 0..<1, 0..<2, 1..<4, 2..<5, 4..<5] {
      for columns in [tile, 2 * tile + 3] {
        problems.append(
          DepthwiseProblem(
            kernel, height: last, width: columns * stride, vectors: 4, gap: 0, rows: rows))
      }
    }
    return problems
  }
}

/// The operands of a problem, each ending at an inaccessible page.
struct DepthwiseOperands {
  enum Values: Sendable {
    case random
    /// Inputs, weights and biases whose sums are −0.
    case negativeZeros
    /// Positive inputs, and infinite weights all around the window's centre.
    case infiniteBorder
  }

  private let problem: DepthwiseProblem
  private let kernel: DepthwiseKernel
  private let shape: FeatureShape
  private let inputPitch: Int
  private let outputPitch: Int
  /// Input `[pixel][channel]`, weights `[output channel][tap]`, and one bias per output channel.
  private let input: [Float]
  private let weights: [Float]
  private let bias: [Float]
  private let paddedInput: GuardedFloats
  private let packedWeights: GuardedFloats
  private let packedBias: GuardedFloats

  private var outputs: Int { problem.vectors * kernel.instructionSet.lanes }

  init(_ problem: DepthwiseProblem, _ kernel: DepthwiseKernel, _ values: Values) {
    self.problem = problem
    self.kernel = kernel
    let lanes = kernel.instructionSet.lanes
    let inputVectors = (problem.vectors + kernel.multiplier - 1) / kernel.multiplier
    let channels = inputVectors * lanes
    let taps = kernel.geometry.taps
    shape = FeatureShape(height: problem.height, width: problem.width, channels: channels)
    inputPitch = channels + problem.gap
    outputPitch = problem.vectors * lanes + problem.gap

    var random = SeededGenerator(UInt64(problem.height * 1000 + problem.width * 10 + taps))
    let allOutputs = channels * kernel.multiplier
    switch values {
    case .random, .infiniteBorder:
      input = random.floats(shape.elements, in: values == .random ? -3...3 : 1...3)
      bias = random.floats(allOutputs)
      weights = random.floats(allOutputs * taps).enumerated().map { index, value in
        values == .random || index % taps == taps / 2 ? value : .infinity
      }
    case .negativeZeros:
      input = [Float](repeating: -0.0, count: shape.elements)
      weights = [Float](repeating: 1, count: allOutputs * taps)
      bias = [Float](repeating: -0.0, count: allOutputs)
    }
    paddedInput = GuardedFloats(
      Self.padded(input, channels: channels, pitch: inputPitch))
    packedWeights = GuardedFloats(Self.packed(weights, taps: taps, kernel))
    packedBias = GuardedFloats(Self.packed(bias, taps: 1, kernel))
  }

  /// `values` as `[pixel][pitch]`, with NaNs between the pixels and nothing after the last.
  private static func padded(_ values: [Float], channels: Int, pitch: Int) -> [Float] {
    var padded: [Float] = []
    for first in stride(from: 0, to: values.count, by: channels) {
      if first > 0 { padded += [Float](repeating: .nan, count: pitch - channels) }
      padded += values[first..<first + channels]
    }
    return padded
  }

  /// `values`, which are `[output channel][tap]`, as `[vector][plane][tap][lane]`.
  private static func packed(_ values: [Float], taps: Int, _ kernel: DepthwiseKernel) -> [Float] {
    let lanes = kernel.instructionSet.lanes
    var packed: [Float] = []
    for first in stride(from: 0, to: values.count / taps, by: lanes * kernel.multiplier) {
      for plane in 0..<kernel.multiplier {
        for tap in 0..<taps {
          for lane in 0..<lanes {
            packed.append(values[(first + lane * kernel.multiplier + plane) * taps + tap])
          }
        }
      }
    }
    return packed
  }

  /// The first way in which the kernel's output is not the reference's, or nil.
  func failure() -> String? {
    let outputShape = kernel.geometry.outputShape(shape, channels: outputs)
    let output = GuardedFloats(poisoned: (outputShape.pixels - 1) * outputPitch + outputs)
    kernel.function(
      problem.rows.lowerBound, problem.rows.upperBound, shape.height, shape.width,
      problem.vectors, paddedInput.start, inputPitch, packedWeights.start, packedBias.start,
      output.start, outputPitch)
    guard output.canariesAreIntact else { return "wrote before the output" }
    return firstDifference(output.values, expected(outputShape), anyNaN: true)
  }

  /// The reference's output, with poison where nothing must be written.
  private func expected(_ outputShape: FeatureShape) -> [Float] {
    var map = [Float](
      repeating: GuardedFloats.poison, count: (outputShape.pixels - 1) * outputPitch + outputs)
    for row in problem.rows {
      let values = referenceDepthwiseRow(
        row, of: input, shape, kernel.geometry, multiplier: kernel.multiplier, weights: weights,
        bias: bias, kernel.epilogue)
      for x in 0..<outputShape.width {
        let place = (row * outputShape.width + x) * outputPitch
        let first = x * bias.count
        map.replaceSubrange(place..<place + outputs, with: values[first..<first + outputs])
      }
    }
    return map
  }
}

/// One output row of a depthwise layer by the reference kernels.
func referenceDepthwiseRow(
  _ row: Int, of input: [Float], _ shape: FeatureShape, _ geometry: ConvolutionGeometry,
  multiplier: Int, weights: [Float], bias: [Float], _ epilogue: Epilogue
) -> [Float] {
  var sums = [Float](repeating: .nan, count: geometry.outputExtent(shape.width) * bias.count)
  var sumSpan = sums.mutableSpan
  depthwiseRow(
    row, of: input.span, shape, geometry, multiplier: multiplier, weights: weights.span,
    bias: bias.span, into: &sumSpan)
  guard epilogue == .gelu else { return sums }
  var activated = sums
  var activatedSpan = activated.mutableSpan
  activate(.gelu, sums.span, into: &activatedSpan)
  return activated
}
