/// An activation function of every value of a feature map, for where no operation before it can have it as
/// its epilogue.
package struct ElementwiseActivation: Operation {
  /// The function that is applied.
  package let activation: ActivationFunction

  /// The operation that applies `activation`.
  package init(_ activation: ActivationFunction) {
    self.activation = activation
  }

  package var asEpilogue: Epilogue? { Epilogue(activation) }
  package var summary: String { activation.rawValue }
  package var kind: String { "activation" }
  package static var words: [String] { ActivationFunction.allCases.map(\.rawValue) }

  package static func parse(
    word: String, _: ProblemFields, on _: FeatureShape
  ) throws(ProblemError) -> (any Operation)? {
    ActivationFunction(rawValue: word).map { ElementwiseActivation($0) }
  }

  package func notation(on input: FeatureShape) -> String {
    "\(activation.rawValue):\(input.notation)"
  }

  package func computeRow<Scalar: ReferenceScalar>(
    _ row: Int, _ operands: ReferenceOperands<Scalar>, into output: inout MutableSpan<Scalar>
  ) {
    activate(
      activation, operands.input.span.extracting(operands.places(ofRow: row)), into: &output)
  }

  package func chosen(
    for problem: OperationProblem, on instructionSet: InstructionSet, in catalogue: KernelCatalogue
  ) -> (any ChosenKernels)? {
    candidates(for: problem, on: instructionSet, in: catalogue, all: true).first
  }

  package func candidates(
    for problem: OperationProblem, on instructionSet: InstructionSet,
    in catalogue: KernelCatalogue, all _: Bool
  ) -> [any ChosenKernels] {
    catalogue.choices(ActivationKernel.self, for: problem, on: instructionSet) {
      $0.activation == activation
    }
  }

  package static func recordingKernel(
    _ planned: PlannedKernel, on instructionSet: InstructionSet, by recorder: CallRecorder
  ) -> (any Kernel)? {
    guard planned.descriptor == "ActivationKernel" else { return nil }
    let lanes = instructionSet.lanes
    return ActivationKernel(
      name: planned.name, instructionSet: instructionSet,
      activation: planned.choice("activation", ActivationFunction.self) ?? .gelu, registers: 0
    ) { pixels, vectors, input, pitch, output, outputPitch in
      recorder.add(
        planned.name,
        [
          .integer(pixels), .integer(vectors),
          CallRecorder.values(input, pixels, pitch: pitch, length: vectors * lanes),
          .integer(pitch), .output(output), .integer(outputPitch),
        ])
    }
  }
}

extension Operation where Self == ElementwiseActivation {
  /// An activation function of every value; see `ElementwiseActivation`.
  package static func activation(_ activation: ActivationFunction) -> ElementwiseActivation {
    ElementwiseActivation(activation)
  }
}
