import KernelContract
import ReferenceKernels
import Scheduler

/// The values of one problem as the reference takes them: channels-last without padding.
struct Operands: Sendable {
  /// `[pixel][channel]`.
  let input: [Float]

  /// What a sum adds or an epilogue's residual, of the output's shape; or the factors of a scaling,
  /// one a channel.
  let second: [Float]

  /// `[output channel][input of the group][ky][kx]`.
  let weights: [Float]

  /// One value an output channel.
  let bias: [Float]

  /// The same values every time.
  init(_ problem: OperationProblem) {
    var values = SeededValues(2024)
    input = values.floats(problem.input.elements)
    let taps: Int
    switch problem.operation {
    case .pointwise: taps = problem.input.channels
    case .depthwise(let geometry, _): taps = geometry.taps
    case .convolution(let geometry, _, _): taps = geometry.taps * problem.input.channels
    default: taps = 0
    }
    let outputs = problem.output.channels
    // Sums stay of the size of one term, where activations are neither linear nor flat.
    weights = values.floats(outputs * taps, size: 3 / Float(max(taps, 1)).squareRoot())
    bias = values.floats(taps > 0 ? outputs : 0)
    let isSecondRead = problem.epilogue == .residual || problem.operation == .add
    let seconds =
      problem.operation == .scaleChannels
      ? outputs : isSecondRead ? problem.output.elements : 0
    second = values.floats(seconds, size: 2)
  }

  /// What the reference makes of them: `[pixel][channel]`.
  func expected(_ problem: OperationProblem, on team: Team) -> [Float] {
    let rows = Rows(problem.output, on: team)
    let shape = problem.input
    let sums: [Float]
    switch problem.operation {
    case .pointwise:
      sums = rows.map { row, output in
        let pixels = row * shape.width..<(row + 1) * shape.width
        pointwise(
          input.span.extracting(pixels.scaled(by: shape.channels)), inputChannels: shape.channels,
          weights: weights.span, bias: bias.span, into: &output)
      }
    case .depthwise(let geometry, let multiplier):
      sums = rows.map { row, output in
        depthwiseRow(
          row, of: input.span, shape, geometry, multiplier: multiplier, weights: weights.span,
          bias: bias.span, into: &output)
      }
    case .convolution(let geometry, _, _):
      sums = rows.map { row, output in
        convolutionRow(
          row, of: input.span, shape, geometry, weights: weights.span, bias: bias.span,
          into: &output)
      }
    case .attention(let headDimension):
      sums = rows.map { row, output in
        attention(
          tokens: row * shape.width..<(row + 1) * shape.width, of: input.span,
          channels: problem.output.channels, headDimension: headDimension, into: &output)
      }
    default:
      sums = elementwise(problem.operation, count: problem.output.elements)
    }
    return finished(sums, problem.epilogue)
  }

  private func elementwise(_ operation: OperationProblem.Operation, count: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      buffer.initialize(repeating: 0)
      initialized = count
      var output = buffer.mutableSpan
      switch operation {
      case .globalAveragePool: globalAveragePool(input.span, into: &output)
      case .scaleChannels: scaleChannels(input.span, by: second.span, into: &output)
      case .activation(let activation): activate(activation, input.span, into: &output)
      case .add: add(input.span, second.span, into: &output)
      case .fromPlanar, .toPlanar:
        for index in input.indices { output[index] = input[index] }
      case .pointwise, .depthwise, .convolution, .attention:
        preconditionFailure("these are done row by row")
      }
    }
  }

  private func finished(_ sums: [Float], _ epilogue: Epilogue) -> [Float] {
    var result = sums
    var output = result.mutableSpan
    switch epilogue {
    case .bias: break
    case .gelu: activate(.gelu, sums.span, into: &output)
    case .relu: activate(.relu, sums.span, into: &output)
    case .sigmoid: activate(.sigmoid, sums.span, into: &output)
    case .residual: add(sums.span, second.span, into: &output)
    }
    return result
  }
}

/// A map that is made row by row on all workers of a team.
private struct Rows {
  let shape: FeatureShape
  let team: Team

  init(_ shape: FeatureShape, on team: Team) {
    self.shape = shape
    self.team = team
  }

  func map(_ body: @Sendable (_ row: Int, _ output: inout MutableSpan<Float>) -> Void) -> [Float] {
    let map = FloatBuffer(count: shape.elements)
    team.forEachTile(count: shape.height) { row in
      let values = UnsafeMutableBufferPointer(
        start: map.pointer + row * shape.rowElements, count: shape.rowElements)
      var output = values.mutableSpan
      body(row, &output)
    }
    return Array(UnsafeBufferPointer(start: map.reading, count: map.count))
  }
}

extension Range<Int> {
  /// Both bounds times `factor`.
  fileprivate func scaled(by factor: Int) -> Range<Int> {
    lowerBound * factor..<upperBound * factor
  }
}
