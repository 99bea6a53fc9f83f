import FastViTCatalogue
import FastViTOperations
import FastViTTestSupport
import Testing

/// Every pointwise kernel that runs here, compared with the reference, for all relations of a problem to
/// the tile.
@Suite struct PointwiseKernelTests {
  /// The kernels of this machine; a test's argument must be printable, and names repeat.
  private static let kernels = KernelCatalogue.generated.kernels(PointwiseKernel.self).filter(
    \.instructionSet.runsHere
  )
  .map { KernelArgument(kernel: $0) }

  @Test(arguments: kernels)
  func givesTheBytesOfTheReference(_ argument: KernelArgument) {
    for problem in PointwiseProblem.all(for: argument.kernel) {
      let operands = PointwiseOperands(problem, argument.kernel)
      let failure = operands.failure(of: argument.kernel)
      #expect(failure == nil, "\(argument.testDescription) on \(problem)")
    }
  }

  @Test(arguments: kernels.filter { $0.kernel.epilogue == .bias })
  func staysWithinTheErrorOfAFusedChain(_ argument: KernelArgument) {
    let kernel = argument.kernel
    let problem = PointwiseProblem(rows: kernel.rows + 1, depth: 515, panels: 1, gap: 0)
    let operands = PointwiseOperands(problem, kernel)
    let found = operands.output(of: kernel)
    for row in 0..<problem.rows {
      for channel in 0..<problem.outputs(kernel) {
        let (exact, size) = operands.exactSum(row: row, channel: channel)
        let bound = Double(problem.depth + 1) * Double(Float.ulpOfOne) / 2 * size
        let error = (Double(found[row * operands.outputPitch + channel]) - exact).magnitude
        #expect(error <= bound, "row \(row) channel \(channel)")
      }
    }
  }
}

/// A kernel as a test's argument.
struct KernelArgument: Sendable, CustomTestStringConvertible {
  let kernel: PointwiseKernel

  var testDescription: String { "\(kernel.instructionSet) \(kernel.name)" }
}

/// A call's extents.
struct PointwiseProblem: CustomStringConvertible {
  let rows: Int
  let depth: Int
  let panels: Int
  /// How much larger the pitches of all operands are than needed.
  let gap: Int

  var description: String { "\(rows) rows, depth \(depth), \(panels) panels, gap \(gap)" }

  func outputs(_ kernel: PointwiseKernel) -> Int { panels * kernel.panelWidth }

  /// Problems of these extents:
  ///
  /// - Rows: none, one, fewer than the tile's, as many, more, a multiple, and a multiple with a remainder;
  ///   the same for the rows of an activation function's pass.
  /// - Depths: one, odd, even. Panels: none to three.
  /// - Rows without gaps, and with gaps of a prime number of values.
  static func all(for kernel: PointwiseKernel) -> [PointwiseProblem] {
    let tile = kernel.rows
    let pass = (64 + tile - 1) / tile * tile
    let rows = Set([
      0, 1, tile - 1, tile, tile + 1, 2 * tile, 3 * tile + tile / 2 + 1, pass + 1, 2 * pass,
      2 * pass + tile / 2 + 1,
    ])
    return rows.sorted().flatMap { rows in
      [1, 2, 7, 24].flatMap { depth in
        [0, 1, 2, 3].flatMap { panels in
          [0, 17].map { PointwiseProblem(rows: rows, depth: depth, panels: panels, gap: $0) }
        }
      }
    }
  }
}

/// Random operands of a problem, each ending at an inaccessible page.
struct PointwiseOperands {
  let problem: PointwiseProblem
  let width: Int
  let inputPitch: Int
  let outputPitch: Int
  private let outputs: Int
  /// `[output channel][input channel]`.
  private let weights: [Float]
  private let bias: [Float]
  /// `[row][pitch]`; the last row ends with its last value.
  private let input: GuardedFloats
  private let residual: GuardedFloats
  private let packedWeights: GuardedFloats
  private let packedBias: GuardedFloats

  init(_ problem: PointwiseProblem, _ kernel: PointwiseKernel) {
    self.problem = problem
    width = kernel.panelWidth
    outputs = problem.outputs(kernel)
    inputPitch = problem.depth + problem.gap
    outputPitch = outputs + problem.gap
    var random = SeededGenerator(UInt64(problem.rows * 1000 + problem.depth * 10 + problem.panels))
    weights = random.floats(outputs * problem.depth)
    bias = random.floats(outputs)
    let mapCount = Self.count(problem.rows, outputPitch, outputs)
    input = GuardedFloats(
      random.floats(Self.count(problem.rows, inputPitch, problem.depth), in: -3...3))
    residual = GuardedFloats(random.floats(mapCount))
    packedWeights = GuardedFloats(Self.packed(weights, depth: problem.depth, width: width))
    packedBias = GuardedFloats(bias)
  }

  /// How many values an operand has whose last row ends with its last channel.
  private static func count(_ rows: Int, _ pitch: Int, _ channels: Int) -> Int {
    rows == 0 ? 0 : (rows - 1) * pitch + channels
  }

  /// `[panel][depth][width]`.
  private static func packed(_ weights: [Float], depth: Int, width: Int) -> [Float] {
    var packed: [Float] = []
    for first in stride(from: 0, to: weights.count / depth, by: width) {
      for k in 0..<depth {
        for lane in 0..<width { packed.append(weights[(first + lane) * depth + k]) }
      }
    }
    return packed
  }

  /// The output of the kernel, which was poisoned before.
  func output(of kernel: PointwiseKernel) -> [Float] { run(kernel).values }

  private func run(_ kernel: PointwiseKernel) -> GuardedFloats {
    let output = GuardedFloats(poisoned: Self.count(problem.rows, outputPitch, outputs))
    kernel.function(
      problem.rows, problem.panels, problem.depth, input.start, inputPitch,
      packedWeights.start, packedBias.start,
      kernel.epilogue == .residual ? residual.start : nil, outputPitch, output.start, outputPitch)
    return output
  }

  /// The first way in which the kernel's output is not the reference's, or nil.
  func failure(of kernel: PointwiseKernel) -> String? {
    let output = run(kernel)
    guard output.canariesAreIntact else { return "wrote before the output" }
    return firstDifference(output.values, expected(kernel.epilogue))
  }

  /// The reference's output, with poison where nothing must be written.
  private func expected(_ epilogue: Epilogue) -> [Float] {
    var map = [Float](
      repeating: GuardedFloats.poison, count: Self.count(problem.rows, outputPitch, outputs))
    let inputs = input.values
    let others = residual.values
    for row in 0..<(outputs == 0 ? 0 : problem.rows) {
      let source = Array(inputs[row * inputPitch..<row * inputPitch + problem.depth])
      let other = Array(others[row * outputPitch..<row * outputPitch + outputs])
      let result = referencePointwise(source, weights, bias, residual: other, epilogue)
      map.replaceSubrange(row * outputPitch..<row * outputPitch + outputs, with: result)
    }
    return map
  }

  /// The sum of one output in `Double`, and the sum of its terms' magnitudes.
  func exactSum(row: Int, channel: Int) -> (sum: Double, size: Double) {
    var sum = Double(bias[channel])
    var size = sum.magnitude
    for k in 0..<problem.depth {
      let term =
        Double(input.start[row * inputPitch + k]) * Double(weights[channel * problem.depth + k])
      sum += term
      size += term.magnitude
    }
    return (sum, size)
  }
}

/// One row of a pointwise layer by the reference kernels.
func referencePointwise(
  _ input: [Float], _ weights: [Float], _ bias: [Float], residual: [Float], _ epilogue: Epilogue
) -> [Float] {
  var sums = [Float](repeating: .nan, count: bias.count)
  var sumSpan = sums.mutableSpan
  pointwise(
    input.span, inputChannels: input.count, weights: weights.span, bias: bias.span, into: &sumSpan)
  var result = sums
  var resultSpan = result.mutableSpan
  switch epilogue {
  case .bias: break
  case .gelu: activate(.gelu, sums.span, into: &resultSpan)
  case .relu: activate(.relu, sums.span, into: &resultSpan)
  case .sigmoid: activate(.sigmoid, sums.span, into: &resultSpan)
  case .residual: add(sums.span, residual.span, into: &resultSpan)
  }
  return result
}
