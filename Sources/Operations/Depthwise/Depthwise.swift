/// A convolution of each input channel alone, with one or more outputs per channel.
package struct Depthwise: Operation {
  /// The window and its stride.
  package let geometry: ConvolutionGeometry

  /// Outputs per input channel.
  package let multiplier: Int

  /// A convolution with `multiplier` outputs per input channel.
  package init(_ geometry: ConvolutionGeometry, multiplier: Int) {
    self.geometry = geometry
    self.multiplier = multiplier
  }

  package func outputShape(on input: FeatureShape) -> FeatureShape {
    geometry.outputShape(input, channels: input.channels * multiplier)
  }

  package func multiplyAdds(on input: FeatureShape) -> Int {
    geometry.insideTaps(on: input) * input.channels * multiplier
  }

  package func parameterCount(inputChannels: Int) -> Int {
    inputChannels * multiplier * (geometry.taps + 1)
  }

  package func allows(_ epilogue: Epilogue) -> Bool { epilogue != .residual }
  package var window: ConvolutionGeometry? { geometry }
  package var division: WorkDivision { .rowsOrChannels }

  package var fusionRole: FusionRole {
    if multiplier == 1 { return .depthwise }
    return geometry.stride == 2 ? .downsampling : .other
  }

  package var summary: String {
    "depthwise \(geometry.summary)" + (multiplier > 1 ? " ×\(multiplier)" : "")
  }

  package var kind: String { "depthwise \(geometry.side)" }

  package static func parse(
    _ convolution: ConvolutionFields, on input: FeatureShape
  ) throws(ProblemError) -> (any Operation)? {
    let (groups, outputs) = (convolution.groups, convolution.outputChannels)
    guard groups == input.channels else { return nil }
    guard outputs % groups == 0 else {
      throw convolution.error("g\(groups)oc\(outputs)", "oc to be a multiple of g")
    }
    return Depthwise(convolution.geometry, multiplier: outputs / groups)
  }

  package func notation(on input: FeatureShape) -> String {
    geometry.notation(
      on: input, groups: input.channels, outputChannels: input.channels * multiplier)
  }

  package func computeRow<Scalar: ReferenceScalar>(
    _ row: Int, _ operands: ReferenceOperands<Scalar>, into output: inout MutableSpan<Scalar>
  ) {
    depthwiseRow(
      row, of: operands.input.span, operands.shape, geometry, multiplier: multiplier,
      weights: operands.weights.span, bias: operands.bias.span, into: &output)
  }

  package func candidates(
    for problem: OperationProblem, on instructionSet: InstructionSet,
    in catalogue: KernelCatalogue, all: Bool
  ) -> [any ChosenKernels] {
    let able = catalogue.kernels(DepthwiseKernel.self).filter {
      computes($0, problem, on: instructionSet)
    }.map { ChosenDepthwise(kernel: $0, outputs: problem.output.channels) }
    let fitting = able.filter { $0.kernel.fits(columns: problem.output.width) }
    return all || fitting.isEmpty ? able : fitting
  }

  /// Whether `kernel` is one of `instructionSet` that computes `problem`.
  func computes(
    _ kernel: DepthwiseKernel, _ problem: OperationProblem, on instructionSet: InstructionSet
  ) -> Bool {
    kernel.isMeant(for: problem, on: instructionSet) && kernel.geometry == geometry
      && kernel.multiplier == multiplier
  }

  package static func recordingKernel(
    _ planned: PlannedKernel, on instructionSet: InstructionSet, by recorder: CallRecorder
  ) -> (any Kernel)? {
    guard planned.descriptor == "DepthwiseKernel" else { return nil }
    let (size, multiplier) = (planned.integer("kernel"), planned.integer("multiplier"))
    return DepthwiseKernel(
      name: planned.name, instructionSet: instructionSet, kernel: size,
      stride: planned.integer("stride"), multiplier: multiplier,
      tileWidth: planned.integer("tileWidth"), tileHeight: planned.integer("tileHeight"),
      tileVectors: planned.integer("tileVectors"), epilogue: planned.afterwards, registers: 0,
      loadsPerMultiplyAdd: 0,
      function: recorder.depthwise(
        planned.name, taps: size * size, multiplier: multiplier, lanes: instructionSet.lanes))
  }
}

extension Operation where Self == Depthwise {
  /// A convolution of each input channel alone; see `Depthwise`.
  package static func depthwise(_ geometry: ConvolutionGeometry, multiplier: Int) -> Depthwise {
    Depthwise(geometry, multiplier: multiplier)
  }
}

/// The kernel of a depthwise convolution.
package struct ChosenDepthwise: ChosenKernels {
  /// The one kernel that computes the operation.
  package let kernel: DepthwiseKernel
  /// Output channels, without the surplus.
  package let outputs: Int

  package var names: [String] { [kernel.name] }
  package var instructionSet: InstructionSet { kernel.instructionSet }
  package var operandBytes: Int { PackedDepthwise.operandBytes(outputs: outputs, kernel) }

  package func fits(_ problem: OperationProblem) -> Bool {
    kernel.fits(columns: problem.output.width) && kernel.tileHeight <= problem.output.height
  }

  package func pack<Source: WeightSource>(
    _ source: Source, into buffer: AlignedBuffer?
  ) throws(Source.Failure) -> any PackedOperation {
    let (weights, bias) = try source.all()
    return PackedDepthwise(
      weights: weights.span, bias: bias.span, kernel: kernel, into: buffer)
  }
}

extension CallRecorder {
  fileprivate func depthwise(
    _ name: String, taps: Int, multiplier: Int, lanes: Int
  ) -> DepthwiseKernel.Function {
    { [self] first, end, height, width, vectors, input, inputPitch, weights, bias, output, pitch in
      // With multiplier 2, an odd number of output vectors leaves half of the weights of the last input
      // vector unused; they are packed all the same.
      let inputVectors = (vectors + multiplier - 1) / multiplier
      let planes = inputVectors * multiplier * lanes
      add(
        name,
        [
          .integer(first), .integer(end), .integer(height), .integer(width), .integer(vectors),
          Self.values(input, height * width, pitch: inputPitch, length: inputVectors * lanes),
          .integer(inputPitch), Self.values(weights, planes * taps), Self.values(bias, planes),
          .output(output), .integer(pitch),
        ])
    }
  }
}
