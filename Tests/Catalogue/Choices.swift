import FastViTCatalogue
import FastViTOperations

/// The segments that the rules choose for a matrix product.
func chosenSegments(
  outputs: Int, rows: Int, epilogue: Epilogue, on instructionSet: InstructionSet
) -> [PointwiseSegment] {
  let problem = OperationProblem(
    .pointwise(outputChannels: outputs), on: FeatureShape(height: 1, width: rows, channels: 8),
    epilogue: epilogue)
  let chosen = problem.chosen(on: [instructionSet], in: .generated)
  return (chosen as? ChosenPointwise)?.segments ?? []
}

/// The kernel that the rules choose for an output of `rows` × `columns` pixels.
func chosenDepthwise(
  _ geometry: ConvolutionGeometry, multiplier: Int, columns: Int, rows: Int, epilogue: Epilogue,
  on instructionSet: InstructionSet
) -> DepthwiseKernel? {
  func input(_ extent: Int) -> Int { (extent - 1) * geometry.stride + 1 }
  let problem = OperationProblem(
    .depthwise(geometry, multiplier: multiplier),
    on: FeatureShape(height: input(rows), width: input(columns), channels: 8),
    epilogue: epilogue)
  return (problem.chosen(on: [instructionSet], in: .generated) as? ChosenDepthwise)?.kernel
}

/// The kernel that the rules choose for a stem.
func chosenStem(
  outputs: Int, epilogue: Epilogue, on instructionSet: InstructionSet
) -> StemKernel? {
  let problem = OperationProblem(
    .convolution(ConvolutionGeometry(kernel: 3, stride: 2), outputChannels: outputs),
    on: FeatureShape(height: 64, width: 64, channels: 3), epilogue: epilogue)
  return (problem.chosen(on: [instructionSet], in: .generated) as? ChosenStem)?.kernel
}
