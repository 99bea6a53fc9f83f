/// A layer normalisation made ready for a kernel; surplus channels have zero scale and shift, so that the
/// surplus lanes of the output are zero.
package struct PackedNormalisation: RowwiseOperation {
  package let kernel: NormalisationKernel
  package let channels: Int
  private let epsilon: Float

  /// Scales, shifts, which channels are real, and ε.
  private let operands: AlignedBuffer

  package var operandBytes: Int { operands.byteCount }

  package var chosen: any ChosenKernels {
    ChosenNormalisation(kernel: kernel, channels: channels, epsilon: epsilon)
  }

  package var window: ConvolutionGeometry { .pointwise }

  /// - Parameters:
  ///   - scale: one value per channel.
  ///   - shift: one value per channel.
  ///   - epsilon: what is added to the variance.
  ///   - buffer: where to, `operandBytes` zeros; memory of its own if not given.
  package init(
    scale: Span<Float>, shift: Span<Float>, epsilon: Float, kernel: NormalisationKernel,
    into buffer: AlignedBuffer? = nil
  ) {
    precondition(scale.count == shift.count)
    self.kernel = kernel
    self.epsilon = epsilon
    channels = scale.count
    operands = buffer ?? AlignedBuffer(byteCount: Self.operandBytes(channels: channels))
    precondition(operands.byteCount == Self.operandBytes(channels: channels))
    let padded = ActivationLayout.paddedChannels(channels)
    var target = operands.values(as: Float.self).mutableSpan
    for channel in 0..<channels {
      target[channel] = scale[channel]
      target[padded + channel] = shift[channel]
      target[2 * padded + channel] = 1
    }
    target[3 * padded] = epsilon
  }

  /// Bytes of the packed operands, with the surplus.
  package static func operandBytes(channels: Int) -> Int {
    (3 * ActivationLayout.paddedChannels(channels) + 1) * MemoryLayout<Float>.stride
  }

  package func with(_ chosen: any ChosenKernels) -> (any PackedOperation)? {
    guard let chosen = chosen as? ChosenNormalisation, chosen.epsilon == epsilon else { return nil }
    return PackedNormalisation(self, chosen.kernel)
  }

  private init(_ other: PackedNormalisation, _ kernel: NormalisationKernel) {
    self.kernel = kernel
    channels = other.channels
    epsilon = other.epsilon
    operands = other.operands
  }

  package func run(rows: Range<Int>, on input: FeatureShape, _ places: OperandPlaces) {
    let first = rows.lowerBound * input.width
    kernel.function(
      rows.count * input.width,
      ActivationLayout.paddedChannels(channels) / kernel.instructionSet.lanes, channels,
      places.input.values.advanced(floats: first * places.input.pixelStride),
      places.input.pixelStride, operands.pointer,
      places.output.advanced(floats: first * places.outputPitch), places.outputPitch)
  }

  package func run(part: Int, of parts: Int, on input: FeatureShape, _ places: OperandPlaces) {
    let mine = share(part, of: parts, count: input.height)
    if !mine.isEmpty { run(rows: mine, on: input, places) }
  }

  package func tasks(
    on input: FeatureShape, workers: Int, tasksPerWorker: Int?
  ) -> any OperationTasks {
    PartTasks(self, on: input, count: workers * (tasksPerWorker ?? 1))
  }
}
