/// The mean over all pixels.
package struct AveragePool: Operation {
  /// The mean; it has no constants.
  package init() {}

  package func outputShape(on input: FeatureShape) -> FeatureShape {
    FeatureShape(height: 1, width: 1, channels: input.channels)
  }

  package var summary: String { "global average pool" }
  package var kind: String { "average pool" }
  package static var words: [String] { ["pool"] }

  package static func parse(
    word _: String, _: ProblemFields, on _: FeatureShape
  ) throws(ProblemError) -> (any Operation)? { AveragePool() }

  package func notation(on input: FeatureShape) -> String { "pool:\(input.notation)" }

  package func computeRow<Scalar: ReferenceScalar>(
    _: Int, _ operands: ReferenceOperands<Scalar>, into output: inout MutableSpan<Scalar>
  ) {
    FastViTOperations.globalAveragePool(operands.input.span, into: &output)
  }

  package func chosen(
    for problem: OperationProblem, on instructionSet: InstructionSet, in catalogue: KernelCatalogue
  ) -> (any ChosenKernels)? {
    catalogue.choices(PoolingKernel.self, for: problem, on: instructionSet).first
  }

  package func candidates(
    for problem: OperationProblem, on instructionSet: InstructionSet,
    in catalogue: KernelCatalogue, all _: Bool
  ) -> [any ChosenKernels] {
    catalogue.choices(PoolingKernel.self, for: problem, on: instructionSet)
  }

  package static func recordingKernel(
    _ planned: PlannedKernel, on instructionSet: InstructionSet, by recorder: CallRecorder
  ) -> (any Kernel)? {
    guard planned.descriptor == "PoolingKernel" else { return nil }
    let lanes = instructionSet.lanes
    return PoolingKernel(name: planned.name, instructionSet: instructionSet, registers: 0) {
      pixels, vectors, input, pitch, output in
      recorder.add(
        planned.name,
        [
          .integer(pixels), .integer(vectors),
          CallRecorder.values(input, pixels, pitch: pitch, length: vectors * lanes),
          .integer(pitch), .output(output),
        ])
    }
  }
}

extension Operation where Self == AveragePool {
  /// The mean over all pixels; see `AveragePool`.
  package static var globalAveragePool: AveragePool { AveragePool() }
}
