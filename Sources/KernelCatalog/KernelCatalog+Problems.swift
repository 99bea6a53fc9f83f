import KernelContract

extension KernelCatalog {
  /// The kernels chosen for `problem` on `instructionSet`, in ascending order of the channels they
  /// compute; empty where none can do it, such as a sum that no product takes up.
  package static func kernels(
    for problem: OperationProblem, on instructionSet: InstructionSet
  ) -> [any Kernel] {
    let output = problem.output
    let kernel: (any Kernel)?
    switch problem.operation {
    case .pointwise(let outputs):
      return pointwiseRuns(
        outputs: outputs, rows: output.pixels, epilogue: problem.epilogue, on: instructionSet
      ).map(\.kernel)
    case .depthwise(let geometry, let multiplier):
      kernel = depthwise(
        geometry, multiplier: multiplier, columns: output.width, rows: output.height,
        epilogue: problem.epilogue, on: instructionSet)
    case .convolution(let geometry, let outputs, _):
      let isStem =
        geometry == ConvolutionGeometry(kernel: 3, stride: 2) && problem.input.channels == 3
      kernel =
        isStem ? stem(outputs: outputs, epilogue: problem.epilogue, on: instructionSet) : nil
    case .attention(let headDimension):
      kernel = attention(
        headDimension: headDimension, tokens: problem.input.pixels, on: instructionSet)
    case .globalAveragePool:
      kernel = pooling(on: instructionSet)
    case .scaleChannels:
      kernel = scaling(
        activation: problem.epilogue == .gelu ? .gelu : nil, on: instructionSet)
    case .activation(let wanted):
      kernel = activation.first {
        $0.instructionSet == instructionSet && $0.activation == wanted
      }
    case .fromPlanar:
      kernel = layout.first {
        $0.instructionSet == instructionSet && $0.direction == .fromPlanar
      }
    case .toPlanar:
      kernel = layout.first { $0.instructionSet == instructionSet && $0.direction == .toPlanar }
    case .add:
      kernel = nil
    }
    return kernel.map { [$0] } ?? []
  }
}
