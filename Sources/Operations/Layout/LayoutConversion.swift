/// Moves a feature map between `[channel][pixel]` and the padded channels-last layout.
package struct LayoutConversion: Operation {
  /// Which layout is read, and which is written.
  package let direction: LayoutKernel.Direction

  /// The conversion in `direction`.
  package init(_ direction: LayoutKernel.Direction) {
    self.direction = direction
  }

  package var summary: String { Self.word(direction) }
  package var kind: String { "layout" }

  package static var words: [String] { LayoutKernel.Direction.allCases.map(word) }

  private static func word(_ direction: LayoutKernel.Direction) -> String {
    switch direction {
    case .fromPlanar: "from-planar"
    case .toPlanar: "to-planar"
    }
  }

  package static func parse(
    word: String, _: ProblemFields, on _: FeatureShape
  ) throws(ProblemError) -> (any Operation)? {
    LayoutKernel.Direction.allCases.first { self.word($0) == word }.map { LayoutConversion($0) }
  }

  package func notation(on input: FeatureShape) -> String { "\(summary):\(input.notation)" }

  package var mapLayouts: (input: OperandLayout, output: OperandLayout) {
    direction == .fromPlanar ? (.planar, .channelsLast) : (.channelsLast, .planar)
  }

  package var isInPlans: Bool { false }

  package func computeRow<Scalar: ReferenceScalar>(
    _ row: Int, _ operands: ReferenceOperands<Scalar>, into output: inout MutableSpan<Scalar>
  ) {
    let input = operands.input.span.extracting(operands.places(ofRow: row))
    for index in 0..<output.count { output[index] = input[index] }
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
    catalogue.choices(LayoutKernel.self, for: problem, on: instructionSet) {
      $0.direction == direction
    }
  }

  package static func recordingKernel(
    _ planned: PlannedKernel, on instructionSet: InstructionSet, by recorder: CallRecorder
  ) -> (any Kernel)? {
    guard planned.descriptor == "LayoutKernel" else { return nil }
    let direction =
      planned.choice("direction", LayoutKernel.Direction.self) ?? .fromPlanar
    return LayoutKernel(
      name: planned.name, instructionSet: instructionSet, direction: direction, registers: 0
    ) { pixels, channels, input, pitch, output, outputPitch in
      let isFromPlanar = direction == .fromPlanar
      recorder.add(
        planned.name,
        [
          .integer(pixels), .integer(channels),
          CallRecorder.values(
            input, isFromPlanar ? channels : pixels, pitch: pitch,
            length: isFromPlanar ? pixels : ActivationLayout.paddedChannels(channels)),
          .integer(pitch), .output(output), .integer(outputPitch),
        ])
    }
  }
}

extension Operation where Self == LayoutConversion {
  /// `[channel][pixel]` to the padded channels-last layout.
  package static var fromPlanar: LayoutConversion { LayoutConversion(.fromPlanar) }

  /// The padded channels-last layout to `[channel][pixel]`.
  package static var toPlanar: LayoutConversion { LayoutConversion(.toPlanar) }
}
