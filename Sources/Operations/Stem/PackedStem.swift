/// The stem made ready for a kernel: weights and bias in the order the kernel reads them.
///
/// Surplus channels have zero weights and zero bias, so that the surplus lanes of the output are zero
/// after every epilogue.
package struct PackedStem: RowwiseOperation {
  /// The kernel whose order the operands have.
  package let kernel: StemKernel
  /// Output channels, without the surplus.
  package let outputs: Int

  private static let taps = 27
  /// Weights, then bias.
  private let operands: AlignedBuffer
  private let biasPlace: Int
  private let panels: Int

  package var operandBytes: Int { operands.byteCount }

  package var chosen: any ChosenKernels { ChosenStem(kernel: kernel, outputs: outputs) }

  package var window: ConvolutionGeometry { kernel.geometry }

  /// - Parameters:
  ///   - weights: `[output channel][input channel][ky][kx]`.
  ///   - bias: one value per output channel.
  ///   - kernel: a kernel with panels that divide the padded width.
  ///   - buffer: where the packed operands go, `operandBytes` bytes; memory of its own if nil.
  package init(
    weights: Span<Float>, bias: Span<Float>, kernel: StemKernel, into buffer: AlignedBuffer? = nil
  ) {
    let taps = Self.taps
    let width = kernel.panelWidth
    let padded = ActivationLayout.paddedChannels(bias.count)
    precondition(weights.count == bias.count * taps && padded % width == 0)
    self.kernel = kernel
    outputs = bias.count
    panels = padded / width

    biasPlace = padded * taps
    operands = buffer ?? AlignedBuffer(byteCount: Self.operandBytes(outputs: outputs))
    precondition(operands.byteCount == Self.operandBytes(outputs: outputs))
    var target = operands.values(as: Float.self).mutableSpan
    for output in 0..<padded {
      let isReal = output < outputs
      let panel = output / width
      let lane = output % width
      for channel in 0..<3 {
        for tap in 0..<9 {
          let place = (panel * taps + tap * 3 + channel) * width + lane
          target[place] = isReal ? weights[output * taps + channel * 9 + tap] : 0
        }
      }
      target[biasPlace + output] = isReal ? bias[output] : 0
    }
  }

  package func with(_ chosen: any ChosenKernels) -> (any PackedOperation)? {
    (chosen as? ChosenStem).flatMap { with($0.kernel) }
  }

  /// The same operands, not copied, for another tile; nil where its panels have another width.
  package func with(_ kernel: StemKernel) -> PackedStem? {
    guard kernel.panelWidth == self.kernel.panelWidth, kernel.epilogue == self.kernel.epilogue
    else { return nil }
    return PackedStem(self, kernel)
  }

  private init(_ other: PackedStem, _ kernel: StemKernel) {
    self.kernel = kernel
    outputs = other.outputs
    operands = other.operands
    biasPlace = other.biasPlace
    panels = other.panels
  }

  /// Bytes of the packed weights and biases of a layer, with the surplus.
  package static func operandBytes(outputs: Int) -> Int {
    ActivationLayout.paddedChannels(outputs) * (taps + 1) * MemoryLayout<Float>.stride
  }

  /// Computes all padded channels of some output rows; the image is read in the caller's layout.
  package func run(rows: Range<Int>, on input: FeatureShape, _ places: OperandPlaces) {
    let image = places.input
    kernel.function(
      rows.lowerBound, rows.upperBound, input.height, input.width, panels,
      image.values, image.channelStride, image.rowStride, image.pixelStride,
      operands.pointer, operands.pointer.advanced(floats: biasPlace), places.output,
      places.outputPitch)
  }

  package func run(part: Int, of parts: Int, on input: FeatureShape, _ places: OperandPlaces) {
    let mine = share(part, of: parts, count: kernel.geometry.outputExtent(input.height))
    if !mine.isEmpty { run(rows: mine, on: input, places) }
  }

  package func tasks(
    on input: FeatureShape, workers: Int, tasksPerWorker: Int?
  ) -> any OperationTasks {
    PartTasks(self, on: input, count: workers * (tasksPerWorker ?? 1))
  }
}
