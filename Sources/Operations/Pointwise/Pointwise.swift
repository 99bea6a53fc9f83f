/// A matrix product on the pixels: a 1×1 convolution, and on one pixel a linear layer.
package struct Pointwise: Operation {
  /// Channels of the result.
  package let outputChannels: Int

  /// The product with `outputChannels` channels of the result.
  package init(outputChannels: Int) {
    self.outputChannels = outputChannels
  }

  package func outputShape(on input: FeatureShape) -> FeatureShape {
    input.with(channels: outputChannels)
  }

  package func multiplyAdds(on input: FeatureShape) -> Int { input.elements * outputChannels }

  package func parameterCount(inputChannels: Int) -> Int { outputChannels * (inputChannels + 1) }

  package func allows(_: Epilogue) -> Bool { true }
  package static var precisions: [Precision] { [.f32, .bf16] }
  package var window: ConvolutionGeometry? { .pointwise }
  package var division: WorkDivision { .ownTasks }
  package var fusionRole: FusionRole { .pointwise }
  package var summary: String { "pointwise" }

  package static func parse(
    _ convolution: ConvolutionFields, on _: FeatureShape
  ) throws(ProblemError) -> (any Operation)? {
    guard convolution.groups == 1, convolution.geometry == .pointwise else { return nil }
    return Pointwise(outputChannels: convolution.outputChannels)
  }

  package func notation(on input: FeatureShape) -> String {
    ConvolutionGeometry.pointwise.notation(on: input, groups: 1, outputChannels: outputChannels)
  }

  package func computeRow<Scalar: ReferenceScalar>(
    _ row: Int, _ operands: ReferenceOperands<Scalar>, into output: inout MutableSpan<Scalar>
  ) {
    if operands.precision == .bf16, let single = operands as? ReferenceOperands<Float> {
      let sums = pointwiseInBFloat16(row, single)
      for index in sums.indices { output[index] = Scalar(sums[index]) }
      return
    }
    FastViTOperations.pointwise(
      operands.input.span.extracting(operands.places(ofRow: row)),
      inputChannels: operands.shape.channels, weights: operands.weights.span,
      bias: operands.bias.span, into: &output)
  }

  package static func recordingKernel(
    _ planned: PlannedKernel, on instructionSet: InstructionSet, by recorder: CallRecorder
  ) -> (any Kernel)? {
    // Calls hold values of single precision.
    guard planned.descriptor == "PointwiseKernel",
      (planned.choice("precision", Precision.self) ?? .f32) == .f32
    else { return nil }
    let vectors = planned.integer("vectors")
    return PointwiseKernel(
      name: planned.name, instructionSet: instructionSet, rows: planned.integer("rows"),
      vectors: vectors, epilogue: planned.afterwards, registers: 0, loadsPerMultiplyAdd: 0,
      function: recorder.pointwise(planned.name, width: vectors * instructionSet.lanes))
  }
}

extension Operation where Self == Pointwise {
  /// A matrix product on the pixels; see `Pointwise`.
  package static func pointwise(outputChannels: Int) -> Pointwise {
    Pointwise(outputChannels: outputChannels)
  }
}

extension CallRecorder {
  fileprivate func pointwise(_ name: String, width: Int) -> PointwiseKernel.Function {
    {
      [self]
      rows, panels, depth, input, inputPitch, weights, bias, residual, residualPitch,
      output, outputPitch in
      let added: RecordedCall.Argument =
        residual.map { Self.values($0, rows, pitch: residualPitch, length: panels * width) }
        ?? .none
      add(
        name,
        [
          .integer(rows), .integer(panels), .integer(depth),
          Self.values(input, rows, pitch: inputPitch, length: depth), .integer(inputPitch),
          Self.values(weights, panels * depth * width), Self.values(bias, panels * width),
          added, .integer(residualPitch), .output(output), .integer(outputPitch),
        ])
    }
  }
}
