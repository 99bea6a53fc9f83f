import KernelContract
import Scheduler

extension Workload {
  /// The problem with the same values every time, and the reference's result, made on `team`.
  init(_ problem: OperationProblem, _ kernels: KernelSet, on team: Team) {
    self.problem = problem
    instructionSet = kernels.instructionSet
    let operands = Operands(problem)
    let values = operands.expected(problem, on: team)
    result =
      problem.operation == .toPlanar
      ? Result(planar: values, problem.output)
      : Result(values, ActivationLayout(problem.output))
    let maker = CandidateMaker(
      problem: problem, operands: operands, output: result.buffer, kernels: kernels)
    candidates = maker.candidates()
  }
}

extension Workload.Result {
  /// A planar map, `[channel][pixel]`, of `values`, `[pixel][channel]`.
  fileprivate init(planar values: [Float], _ shape: FeatureShape) {
    let expected = (0..<shape.elements).map { index -> Float? in
      values[index % shape.pixels * shape.channels + index / shape.pixels]
    }
    self.init(buffer: FloatBuffer(count: expected.count), expected: expected)
  }
}

/// Finds and prepares everything that can do a problem.
struct CandidateMaker {
  let problem: OperationProblem
  let operands: Operands
  let output: FloatBuffer
  let kernels: KernelSet

  var lanes: Int { kernels.instructionSet.lanes }
  var inputLayout: ActivationLayout { ActivationLayout(problem.input) }
  var outputPitch: Int { ActivationLayout.pitch(problem.output.channels) }

  /// Vectors of `channels` with their surplus.
  func vectors(_ channels: Int) -> Int { ActivationLayout.paddedChannels(channels) / lanes }

  func candidates() -> [Candidate] {
    switch problem.operation {
    case .pointwise: pointwise()
    case .depthwise(let geometry, let multiplier): depthwise(geometry, multiplier)
    case .convolution(let geometry, _, let layout): stem(geometry, layout)
    case .attention(let headDimension): attention(headDimension)
    case .globalAveragePool: pooling()
    case .scaleChannels: scaling()
    case .activation(let activation): self.activation(activation)
    case .fromPlanar: layout(.fromPlanar)
    case .toPlanar: layout(.toPlanar)
    case .add: []
    }
  }
}
