/// A convolution over all input channels, which reads the image in the caller's layout: the first of the
/// stem.
package struct StemConvolution: Operation {
  /// The window and its stride.
  package let geometry: ConvolutionGeometry
  /// Channels of the result.
  package let outputChannels: Int

  /// How the image lies in memory.
  package let layout: ImageLayout

  /// A convolution of an image that lies in memory as `layout`.
  package init(
    _ geometry: ConvolutionGeometry, outputChannels: Int, layout: ImageLayout = .nchw
  ) {
    self.geometry = geometry
    self.outputChannels = outputChannels
    self.layout = layout
  }

  package func outputShape(on input: FeatureShape) -> FeatureShape {
    geometry.outputShape(input, channels: outputChannels)
  }

  package func multiplyAdds(on input: FeatureShape) -> Int {
    geometry.insideTaps(on: input) * input.channels * outputChannels
  }

  package func parameterCount(inputChannels: Int) -> Int {
    outputChannels * (inputChannels * geometry.taps + 1)
  }

  package func allows(_ epilogue: Epilogue) -> Bool { epilogue != .residual }
  package var window: ConvolutionGeometry? { geometry }
  package var division: WorkDivision { .rows }
  package var fusionRole: FusionRole { .imageConvolution }
  package var summary: String { "convolution \(geometry.summary)" }
  package var kind: String { "convolution \(geometry.side)" }
  package var suffixes: [String] { layout == .nhwc ? [layout.rawValue] : [] }
  package var mapLayouts: (input: OperandLayout, output: OperandLayout) {
    (layout == .nchw ? .planar : .interleaved, .channelsLast)
  }
  package var isInPlans: Bool { layout == .nchw }

  package static func parse(
    _ convolution: ConvolutionFields, on _: FeatureShape
  ) throws(ProblemError) -> (any Operation)? {
    guard convolution.groups == 1 else { return nil }
    return StemConvolution(
      convolution.geometry, outputChannels: convolution.outputChannels,
      layout: convolution.isInterleaved ? .nhwc : .nchw)
  }

  package func notation(on input: FeatureShape) -> String {
    geometry.notation(on: input, groups: 1, outputChannels: outputChannels)
  }

  package func computeRow<Scalar: ReferenceScalar>(
    _ row: Int, _ operands: ReferenceOperands<Scalar>, into output: inout MutableSpan<Scalar>
  ) {
    convolutionRow(
      row, of: operands.input.span, operands.shape, geometry, weights: operands.weights.span,
      bias: operands.bias.span, into: &output)
  }

  package func candidates(
    for problem: OperationProblem, on instructionSet: InstructionSet,
    in catalogue: KernelCatalogue, all _: Bool
  ) -> [any ChosenKernels] {
    let padded = ActivationLayout.paddedChannels(outputChannels)
    return catalogue.kernels(StemKernel.self).filter {
      $0.isMeant(for: problem, on: instructionSet) && $0.geometry == geometry
        && problem.input.channels == StemKernel.inputChannels && padded % $0.panelWidth == 0
    }.map { ChosenStem(kernel: $0, outputs: outputChannels) }
  }

  package static func recordingKernel(
    _ planned: PlannedKernel, on instructionSet: InstructionSet, by recorder: CallRecorder
  ) -> (any Kernel)? {
    guard planned.descriptor == "StemKernel" else { return nil }
    let vectors = planned.integer("tileVectors")
    return StemKernel(
      name: planned.name, instructionSet: instructionSet,
      tileWidth: planned.integer("tileWidth"), tileVectors: vectors,
      epilogue: planned.afterwards, registers: 0, loadsPerMultiplyAdd: 0,
      function: recorder.stem(planned.name, panelWidth: vectors * instructionSet.lanes))
  }
}

extension Operation where Self == StemConvolution {
  /// A convolution over all channels of the image; see `StemConvolution`.
  package static func convolution(
    _ geometry: ConvolutionGeometry, outputChannels: Int, layout: ImageLayout = .nchw
  ) -> StemConvolution {
    StemConvolution(geometry, outputChannels: outputChannels, layout: layout)
  }
}

/// How a caller's image lies in memory.
package enum ImageLayout: String, Sendable, Hashable, CaseIterable {
  /// `[channel][row][pixel]`.
  case nchw
  /// `[row][pixel][channel]`.
  case nhwc

  /// The image of `shape` at `values`.
  package func map(_ values: UnsafeRawPointer, _ shape: FeatureShape) -> StridedMap {
    switch self {
    case .nchw: .planar(values, height: shape.height, width: shape.width)
    case .nhwc: .interleaved(values, width: shape.width, channels: shape.channels)
    }
  }
}

/// The kernel of the stem.
package struct ChosenStem: ChosenKernels {
  /// The one kernel that computes the operation.
  package let kernel: StemKernel
  /// Output channels, without the surplus.
  package let outputs: Int

  package var names: [String] { [kernel.name] }
  package var instructionSet: InstructionSet { kernel.instructionSet }
  package var operandBytes: Int { PackedStem.operandBytes(outputs: outputs) }

  package func pack<Source: WeightSource>(
    _ source: Source, into buffer: AlignedBuffer?
  ) throws(Source.Failure) -> any PackedOperation {
    let (weights, bias) = try source.all()
    return PackedStem(weights: weights.span, bias: bias.span, kernel: kernel, into: buffer)
  }
}

extension CallRecorder {
  fileprivate func stem(_ name: String, panelWidth: Int) -> StemKernel.Function {
    {
      [self]
      first, end, height, width, panels, input, channelStride, rowStride, pixelStride,
      weights, bias, output, pitch in
      let last = (height - 1) * rowStride + (width - 1) * pixelStride + 2 * channelStride
      add(
        name,
        [
          .integer(first), .integer(end), .integer(height), .integer(width), .integer(panels),
          Self.values(input, last + 1), .integer(channelStride), .integer(rowStride),
          .integer(pixelStride), Self.values(weights, panels * 27 * panelWidth),
          Self.values(bias, panels * panelWidth), .output(output), .integer(pitch),
        ])
    }
  }
}
