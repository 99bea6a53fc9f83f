/// Layer normalisation over each pixel's channels: (x − mean) / √(variance + ε) · scale + shift.
///
/// The weights are one scale per channel, the biases one shift per channel.
package struct LayerNormalisation: Operation {
  /// ε is 10 to the power of −`epsilonExponent`.
  package let epsilonExponent: Int

  /// - Parameter epsilonExponent: from 1 to `largestExponent`.
  package init(epsilonExponent: Int) {
    precondition((1...Self.largestExponent).contains(epsilonExponent))
    self.epsilonExponent = epsilonExponent
  }

  /// The smallest ε is 10⁻¹².
  package static let largestExponent = 12

  /// What is added to the variance.
  package var epsilon: Double { 1 / (0..<epsilonExponent).reduce(1) { power, _ in power * 10 } }

  package func parameterCount(inputChannels: Int) -> Int { 2 * inputChannels }
  package var window: ConvolutionGeometry? { .pointwise }
  package var division: WorkDivision { .rows }
  package var summary: String { "layer normalisation" }
  package static var words: [String] { ["layernorm"] }
  package static var wordFields: [String] { ["ep"] }

  package static func parse(
    word _: String, _ fields: ProblemFields, on _: FeatureShape
  ) throws(ProblemError) -> (any Operation)? {
    LayerNormalisation(epsilonExponent: try fields.required("ep", atMost: largestExponent))
  }

  package func notation(on input: FeatureShape) -> String {
    "layernorm:\(input.notation)ep\(epsilonExponent)"
  }

  package func computeRow<Scalar: ReferenceScalar>(
    _ row: Int, _ operands: ReferenceOperands<Scalar>, into output: inout MutableSpan<Scalar>
  ) {
    FastViTOperations.layerNormalisation(
      operands.input.span.extracting(operands.places(ofRow: row)), scale: operands.weights.span,
      shift: operands.bias.span, epsilon: Scalar(epsilon), into: &output)
  }

  package func chosen(
    for problem: OperationProblem, on instructionSet: InstructionSet, in catalogue: KernelCatalogue
  ) -> (any ChosenKernels)? {
    candidates(for: problem, on: instructionSet, in: catalogue, all: false).first
  }

  package func candidates(
    for problem: OperationProblem, on instructionSet: InstructionSet,
    in catalogue: KernelCatalogue, all _: Bool
  ) -> [any ChosenKernels] {
    catalogue.kernels(NormalisationKernel.self)
      .filter { $0.isMeant(for: problem, on: instructionSet) }
      .map {
        ChosenNormalisation(
          kernel: $0, channels: problem.input.channels, epsilon: Float(epsilon))
      }
  }

  package static func recordingKernel(
    _ planned: PlannedKernel, on instructionSet: InstructionSet, by recorder: CallRecorder
  ) -> (any Kernel)? {
    guard planned.descriptor == "NormalisationKernel" else { return nil }
    let lanes = instructionSet.lanes
    return NormalisationKernel(name: planned.name, instructionSet: instructionSet, registers: 0) {
      pixels, vectors, channels, input, inputPitch, weights, output, outputPitch in
      let width = vectors * lanes
      recorder.add(
        planned.name,
        [
          .integer(pixels), .integer(vectors), .integer(channels),
          CallRecorder.values(input, pixels, pitch: inputPitch, length: width),
          .integer(inputPitch), CallRecorder.values(weights, 3 * width + 1), .output(output),
          .integer(outputPitch),
        ])
    }
  }
}

extension Operation where Self == LayerNormalisation {
  /// Layer normalisation over each pixel's channels; see `LayerNormalisation`.
  package static func layerNormalisation(epsilonExponent: Int) -> LayerNormalisation {
    LayerNormalisation(epsilonExponent: epsilonExponent)
  }
}

/// The kernel of a layer normalisation.
package struct ChosenNormalisation: ChosenKernels {
  package let kernel: NormalisationKernel
  package let channels: Int
  package let epsilon: Float

  package var names: [String] { [kernel.name] }
  package var instructionSet: InstructionSet { kernel.instructionSet }
  package var operandBytes: Int { PackedNormalisation.operandBytes(channels: channels) }

  package func pack<Source: WeightSource>(
    _ source: Source, into buffer: AlignedBuffer?
  ) throws(Source.Failure) -> any PackedOperation {
    let (weights, bias) = try source.all()
    return PackedNormalisation(
      scale: weights.span, shift: bias.span, epsilon: epsilon, kernel: kernel, into: buffer)
  }
}
