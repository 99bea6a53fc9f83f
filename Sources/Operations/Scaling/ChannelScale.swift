/// Multiplies every pixel by one factor per channel.
package struct ChannelScale: Operation {
  /// The scaling; it has no constants.
  package init() {}

  package var second: SecondOperand { .channelFactors }
  package func allows(_ epilogue: Epilogue) -> Bool { epilogue == .bias || epilogue == .gelu }
  package var summary: String { "scale channels" }
  package var kind: String { "channel scaling" }
  package static var words: [String] { ["scale"] }

  package static func parse(
    word _: String, _: ProblemFields, on _: FeatureShape
  ) throws(ProblemError) -> (any Operation)? { ChannelScale() }

  package func notation(on input: FeatureShape) -> String { "scale:\(input.notation)" }

  package func computeRow<Scalar: ReferenceScalar>(
    _ row: Int, _ operands: ReferenceOperands<Scalar>, into output: inout MutableSpan<Scalar>
  ) {
    FastViTOperations.scaleChannels(
      operands.input.span.extracting(operands.places(ofRow: row)), by: operands.second.span,
      into: &output)
  }

  package func chosen(
    for problem: OperationProblem, on instructionSet: InstructionSet, in catalogue: KernelCatalogue
  ) -> (any ChosenKernels)? {
    catalogue.choices(ScalingKernel.self, for: problem, on: instructionSet).first
  }

  package func candidates(
    for problem: OperationProblem, on instructionSet: InstructionSet,
    in catalogue: KernelCatalogue, all _: Bool
  ) -> [any ChosenKernels] {
    catalogue.choices(ScalingKernel.self, for: problem, on: instructionSet)
  }

  package static func recordingKernel(
    _ planned: PlannedKernel, on instructionSet: InstructionSet, by recorder: CallRecorder
  ) -> (any Kernel)? {
    guard planned.descriptor == "ScalingKernel" else { return nil }
    let lanes = instructionSet.lanes
    return ScalingKernel(
      name: planned.name, instructionSet: instructionSet,
      activation: planned.choice("activation", ActivationFunction.self), registers: 0
    ) { pixels, vectors, input, pitch, factors, output, outputPitch in
      recorder.add(
        planned.name,
        [
          .integer(pixels), .integer(vectors),
          CallRecorder.values(input, pixels, pitch: pitch, length: vectors * lanes),
          .integer(pitch), CallRecorder.values(factors, vectors * lanes), .output(output),
          .integer(outputPitch),
        ])
    }
  }
}

extension Operation where Self == ChannelScale {
  /// Multiplies every pixel by one factor per channel; see `ChannelScale`.
  package static var scaleChannels: ChannelScale { ChannelScale() }
}
