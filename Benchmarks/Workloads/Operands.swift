import FastViTOperations
import FastViTScheduler

/// The values of one problem's operands, the same every time, and the reference's result for them.
struct Operands: Sendable {
  let problem: OperationProblem
  let values: ReferenceOperands<Float>

  /// The values of `problem`.
  init(_ problem: OperationProblem) {
    self.problem = problem
    var seeded = SeededValues(2024)
    let outputs = problem.output.channels
    let input = seeded.floats(problem.input.elements)
    // Weights of one output.
    let taps = problem.parameters > 0 ? problem.parameters / outputs - 1 : 0
    // Sums stay of the size of one term, where activation functions are neither linear nor flat.
    let weights = seeded.floats(outputs * taps, size: 3 / Float(max(taps, 1)).squareRoot())
    let bias = seeded.floats(problem.parameters > 0 ? outputs : 0)
    let seconds =
      switch problem.second {
      case .none: 0
      case .map: problem.output.elements
      case .channelFactors: problem.input.channels
      }
    values = ReferenceOperands(
      shape: problem.input, input: input, second: seeded.floats(seconds, size: 2),
      weights: weights, bias: bias, precision: problem.precision)
  }

  /// The reference's result, computed on `team`: `[pixel][channel]`.
  func expected(on team: Team) -> [Float] {
    let shape = problem.output
    let map = FloatBuffer(count: shape.elements)
    team.forEachTask(count: shape.height) { row in
      let places = UnsafeMutableBufferPointer(
        start: map.pointer + row * shape.rowElements, count: shape.rowElements)
      places.update(repeating: 0)
      var output = places.mutableSpan
      problem.operation.computeRow(row, values, into: &output)
    }
    let sums = Array(UnsafeBufferPointer(start: map.pointer, count: map.count))
    return finished(sums)
  }

  private func finished(_ sums: [Float]) -> [Float] {
    var result = sums
    var output = result.mutableSpan
    if let activation = problem.epilogue.activation {
      activate(activation, sums.span, into: &output)
    } else if problem.epilogue == .residual {
      add(sums.span, values.second.span, into: &output)
    }
    return result
  }

  /// The input in the layout that kernels take.
  var input: FloatBuffer {
    switch problem.operation.mapLayouts.input {
    case .planar: FloatBuffer(planar(values.input, problem.input))
    case .interleaved: FloatBuffer(values.input)
    default: FloatBuffer(values.input, ActivationLayout(problem.input))
    }
  }

  /// The places of the input's values in `buffer`, which `input` made.
  func map(_ buffer: FloatBuffer) -> StridedMap {
    let shape = problem.input
    return switch problem.operation.mapLayouts.input {
    case .planar: .planar(buffer.pointer, height: shape.height, width: shape.width)
    case .interleaved:
      .interleaved(buffer.pointer, width: shape.width, channels: shape.channels)
    default: .channelsLast(buffer.pointer, shape)
    }
  }

  /// The second operand in the layout that kernels take; nil where there is none.
  var second: FloatBuffer? {
    switch problem.second {
    case .none: nil
    case .map: FloatBuffer(values.second, ActivationLayout(problem.output))
    case .channelFactors:
      FloatBuffer(
        values.second,
        ActivationLayout(FeatureShape(height: 1, width: 1, channels: problem.input.channels)))
    }
  }
}

/// `values`, which are `[pixel][channel]`, as `[channel][pixel]`.
func planar(_ values: [Float], _ shape: FeatureShape) -> [Float] {
  (0..<shape.elements).map { values[$0 % shape.pixels * shape.channels + $0 / shape.pixels] }
}
