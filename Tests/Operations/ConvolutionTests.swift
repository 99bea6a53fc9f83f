import FastViTOperations
import FastViTTestSupport
import Testing

@testable import FastViTOperations

/// A problem given by its sizes, with random operands.
private struct Problem: Sendable, CustomStringConvertible {
  let shape: FeatureShape
  let geometry: ConvolutionGeometry
  let outputs: Int
  /// 1 for a dense convolution, `shape.channels` for a depthwise one.
  let groups: Int

  var description: String {
    "\(shape) k\(geometry.kernel) s\(geometry.stride) o\(outputs) g\(groups)"
  }
  var inputsPerGroup: Int { shape.channels / groups }

  static func dense(_ h: Int, _ w: Int, _ i: Int, _ o: Int, k: Int, s: Int) -> Problem {
    Problem(
      shape: FeatureShape(height: h, width: w, channels: i),
      geometry: ConvolutionGeometry(kernel: k, stride: s), outputs: o, groups: 1)
  }

  static func depthwise(_ h: Int, _ w: Int, _ c: Int, m: Int, k: Int, s: Int) -> Problem {
    Problem(
      shape: FeatureShape(height: h, width: w, channels: c),
      geometry: ConvolutionGeometry(kernel: k, stride: s), outputs: c * m, groups: c)
  }

  static let all: [Problem] = [
    dense(8, 8, 3, 5, k: 3, s: 2), dense(7, 9, 3, 4, k: 3, s: 2), dense(1, 1, 3, 2, k: 3, s: 2),
    dense(5, 4, 2, 3, k: 7, s: 1), dense(6, 5, 4, 7, k: 1, s: 1), dense(1, 1, 9, 3, k: 1, s: 1),
    depthwise(8, 8, 4, m: 1, k: 3, s: 1), depthwise(9, 7, 3, m: 1, k: 3, s: 2),
    depthwise(5, 6, 3, m: 1, k: 7, s: 1), depthwise(8, 11, 2, m: 2, k: 7, s: 2),
    depthwise(3, 3, 5, m: 2, k: 3, s: 1), depthwise(1, 1, 1, m: 1, k: 7, s: 1),
    depthwise(1, 9, 2, m: 2, k: 7, s: 2), depthwise(2, 1, 2, m: 1, k: 3, s: 2),
  ]

  /// The result by the definition: the input has an explicit border of zeros, and taps are summed in
  /// `Double`.
  func expected(_ input: [Double], _ weights: [Double], _ bias: [Double]) -> [Double] {
    let p = geometry.kernel / 2
    let k = geometry.kernel
    let (h, w, c) = (shape.height, shape.width, shape.channels)
    var padded = [Double](repeating: 0, count: (h + 2 * p) * (w + 2 * p) * c)
    for y in 0..<h {
      for x in 0..<w {
        for i in 0..<c {
          padded[((y + p) * (w + 2 * p) + x + p) * c + i] = input[(y * w + x) * c + i]
        }
      }
    }
    var result: [Double] = []
    for y in stride(from: 0, to: h, by: geometry.stride) {
      for x in stride(from: 0, to: w, by: geometry.stride) {
        for o in 0..<outputs {
          var sum = bias[o]
          for i in 0..<inputsPerGroup {
            let channel = o / (outputs / groups) * inputsPerGroup + i
            for tap in 0..<k * k {
              let place = ((y + tap / k) * (w + 2 * p) + x + tap % k) * c + channel
              sum += padded[place] * weights[(o * inputsPerGroup + i) * k * k + tap]
            }
          }
          result.append(sum)
        }
      }
    }
    return result
  }

  /// The reference's result, row by row.
  func computed<Scalar: ReferenceScalar>(
    _ input: [Scalar], _ weights: [Scalar], _ bias: [Scalar]
  ) -> [Scalar] {
    let output = geometry.outputShape(shape, channels: outputs)
    var result: [Scalar] = []
    for row in 0..<output.height {
      var values = [Scalar](repeating: .nan, count: output.rowElements)
      var span = values.mutableSpan
      if groups > 1 || (shape.channels == 1 && outputs == 1) {
        depthwiseRow(
          row, of: input.span, shape, geometry, multiplier: outputs / groups,
          weights: weights.span, bias: bias.span, into: &span)
      } else {
        convolutionRow(
          row, of: input.span, shape, geometry, weights: weights.span, bias: bias.span,
          into: &span)
      }
      result += values
    }
    return result
  }
}

@Suite struct ConvolutionTests {
  @Test(arguments: Problem.all) private func matchesTheDefinition(problem: Problem) {
    var random = SeededGenerator(7)
    let input = random.doubles(problem.shape.elements)
    let taps = problem.inputsPerGroup * problem.geometry.taps
    let weights = random.doubles(problem.outputs * taps)
    let bias = random.doubles(problem.outputs)
    let expected = problem.expected(input, weights, bias)
    #expect(relativeError(problem.computed(input, weights, bias), expected) < 1e-14)

    let narrow = problem.computed(
      input.map { Float($0) }, weights.map { Float($0) }, bias.map { Float($0) })
    let exact = problem.expected(
      input.map { Double(Float($0)) }, weights.map { Double(Float($0)) },
      bias.map { Double(Float($0)) })
    let bound = Double(taps + 1) * Double(Float.ulpOfOne) * Double(taps + 1)
    for (found, expected) in zip(narrow, exact) {
      #expect((Double(found) - expected).magnitude <= bound)
    }
  }

  /// The square of 1 + 2⁻²³ needs more bits than a product has that is rounded before the sum.
  @Test func multiplyAddIsFused() {
    let small = 1 + Float.ulpOfOne
    let problem = Problem.depthwise(1, 1, 1, m: 1, k: 1, s: 1)
    let found = problem.computed([small], [small], [-1 - 2 * Float.ulpOfOne])
    #expect(found == [Float.ulpOfOne * Float.ulpOfOne])
  }

  @Test func pointwiseMatchesTheDenseConvolution() {
    var random = SeededGenerator(8)
    let problem = Problem.dense(5, 3, 11, 6, k: 1, s: 1)
    let input = random.floats(problem.shape.elements)
    let weights = random.floats(66)
    let bias = random.floats(6)
    var output = [Float](repeating: .nan, count: 15 * 6)
    var span = output.mutableSpan
    pointwise(
      input.span, inputChannels: 11, weights: weights.span, bias: bias.span, into: &span)
    #expect(output == problem.computed(input, weights, bias))
  }
}
