/// Softmax attention among all pixels. The input holds queries, keys and values side by side; the scale of
/// the scores is already part of the queries.
package struct Attention: Operation {
  /// Values per head.
  package let headDimension: Int

  /// Attention with heads of `headDimension` values each.
  package init(headDimension: Int) {
    self.headDimension = headDimension
  }

  package func outputShape(on input: FeatureShape) -> FeatureShape {
    input.with(channels: input.channels / 3)
  }

  package func multiplyAdds(on input: FeatureShape) -> Int {
    2 * input.pixels * input.pixels * (input.channels / 3)
  }

  package var summary: String { "attention, heads of \(headDimension)" }
  package var kind: String { Self.word }
  package static var words: [String] { [word] }
  package static var wordFields: [String] { ["hd"] }

  private static let word = "attention"

  package static func parse(
    word _: String, _ fields: ProblemFields, on input: FeatureShape
  ) throws(ProblemError) -> (any Operation)? {
    let headDimension = try fields.required("hd")
    guard input.channels % (3 * headDimension) == 0 else {
      throw fields.error(
        "ic\(input.channels)hd\(headDimension)", "ic to be a multiple of 3 · hd")
    }
    return Attention(headDimension: headDimension)
  }

  package func notation(on input: FeatureShape) -> String {
    "\(Self.word):\(input.notation)hd\(headDimension)"
  }

  package func computeRow<Scalar: ReferenceScalar>(
    _ row: Int, _ operands: ReferenceOperands<Scalar>, into output: inout MutableSpan<Scalar>
  ) {
    let width = operands.shape.width
    FastViTOperations.attention(
      tokens: row * width..<(row + 1) * width, of: operands.input.span,
      channels: operands.shape.channels / 3, headDimension: headDimension, into: &output)
  }

  /// The kernel with the widest tile whose vectors of queries the tokens fill, else the kernel with the
  /// narrowest. Every choice gives the same bits.
  package func chosen(
    for problem: OperationProblem, on instructionSet: InstructionSet, in catalogue: KernelCatalogue
  ) -> (any ChosenKernels)? {
    let able = choices(for: problem, on: instructionSet, in: catalogue)
      .sorted { $0.kernel.tileVectors > $1.kernel.tileVectors }
    let tokens = problem.input.pixels
    return able.first { $0.kernel.tileVectors * instructionSet.lanes <= tokens } ?? able.last
  }

  package func candidates(
    for problem: OperationProblem, on instructionSet: InstructionSet,
    in catalogue: KernelCatalogue, all _: Bool
  ) -> [any ChosenKernels] {
    choices(for: problem, on: instructionSet, in: catalogue)
  }

  private func choices(
    for problem: OperationProblem, on instructionSet: InstructionSet, in catalogue: KernelCatalogue
  ) -> [UnweightedChoice<AttentionKernel>] {
    catalogue.choices(AttentionKernel.self, for: problem, on: instructionSet) {
      $0.headDimension == headDimension
    }
  }

  package static func recordingKernel(
    _ planned: PlannedKernel, on instructionSet: InstructionSet, by recorder: CallRecorder
  ) -> (any Kernel)? {
    guard planned.descriptor == "AttentionKernel" else { return nil }
    let (base, perToken) = (planned.integer("scratchBase"), planned.integer("scratchPerToken"))
    return AttentionKernel(
      name: planned.name, instructionSet: instructionSet,
      headDimension: planned.integer("headDimension"), tileKeys: planned.integer("tileKeys"),
      tileVectors: planned.integer("tileVectors"), scratchBase: base, scratchPerToken: perToken,
      registers: 0, loadsPerMultiplyAdd: 0,
      function: recorder.attention(planned.name) { base + perToken * $0 })
  }
}

extension Operation where Self == Attention {
  /// Softmax attention among all pixels; see `Attention`.
  package static func attention(headDimension: Int) -> Attention {
    Attention(headDimension: headDimension)
  }
}

extension CallRecorder {
  fileprivate func attention(
    _ name: String, scratch elements: @escaping @Sendable (_ tokens: Int) -> Int
  ) -> AttentionKernel.Function {
    {
      [self]
      firstQuery, endQuery, tokens, firstHead, endHead, channels, input, pitch, _, output,
      outputPitch in
      add(
        name,
        [
          .integer(firstQuery), .integer(endQuery), .integer(tokens), .integer(firstHead),
          .integer(endHead), .integer(channels),
          Self.values(input, tokens, pitch: pitch, length: 3 * channels), .integer(pitch),
          .scratch(elements(tokens)), .output(output), .integer(outputPitch),
        ])
    }
  }
}
