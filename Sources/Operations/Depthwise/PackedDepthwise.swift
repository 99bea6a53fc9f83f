/// A depthwise layer made ready for a kernel: weights and bias in the order the kernel reads them.
///
/// Channels are padded to `ActivationLayout.channelAlignment`. Surplus channels have zero weights and
/// zero bias, so that the surplus lanes of the output are zero after every epilogue.
package struct PackedDepthwise: ChannelwiseOperation {
  /// The kernel whose order the operands have.
  package let kernel: DepthwiseKernel
  /// Output channels, without the surplus.
  package let outputs: Int

  /// Weights, then bias.
  private let operands: AlignedBuffer
  /// Where the biases begin, in values.
  private let biasPlace: Int

  package var operandBytes: Int { operands.byteCount }

  package var chosen: any ChosenKernels { ChosenDepthwise(kernel: kernel, outputs: outputs) }

  package var window: ConvolutionGeometry { kernel.geometry }

  package var channelGroups: Int { inputVectors }

  /// - Parameters:
  ///   - weights: `[output channel][ky][kx]`.
  ///   - bias: one value per output channel; their number is a multiple of the kernel's multiplier.
  ///   - buffer: where the packed operands go, `operandBytes` zeros; memory of its own if nil.
  package init(
    weights: Span<Float>, bias: Span<Float>, kernel: DepthwiseKernel,
    into buffer: AlignedBuffer? = nil
  ) {
    let taps = kernel.geometry.taps
    let lanes = kernel.instructionSet.lanes
    let planes = kernel.multiplier
    precondition(weights.count == bias.count * taps && bias.count % planes == 0)
    self.kernel = kernel
    outputs = bias.count

    biasPlace = Self.biasPlace(outputs, kernel)
    operands = buffer ?? AlignedBuffer(byteCount: Self.operandBytes(outputs: outputs, kernel))
    precondition(operands.byteCount == Self.operandBytes(outputs: outputs, kernel))
    precondition(kernel.precision == .f32)
    var target = operands.values(as: Float.self).mutableSpan
    for vector in 0..<Self.inputVectors(outputs, kernel) {
      for plane in 0..<planes {
        let slice = vector * planes + plane
        let first = min(vector * lanes * planes + plane, outputs)
        // A plane's channels alternate with those of the other planes.
        let real = min((outputs - first + planes - 1) / planes, lanes)
        target.writeColumns(
          of: weights.extracting(droppingFirst: first * taps), rows: real, columns: taps,
          rowPitch: planes * taps, at: slice * taps * lanes, pitch: lanes)
        for lane in 0..<real {
          target[biasPlace + slice * lanes + lane] = bias[first + lane * planes]
        }
      }
    }
  }

  package func with(_ chosen: any ChosenKernels) -> (any PackedOperation)? {
    (chosen as? ChosenDepthwise).flatMap { with($0.kernel) }
  }

  /// The same operands, not copied, for another tile; nil for a kernel that computes something else.
  package func with(_ kernel: DepthwiseKernel) -> PackedDepthwise? {
    guard kernel.instructionSet == self.kernel.instructionSet,
      kernel.geometry == self.kernel.geometry, kernel.multiplier == self.kernel.multiplier,
      kernel.epilogue == self.kernel.epilogue
    else { return nil }
    return PackedDepthwise(self, kernel)
  }

  private init(_ other: PackedDepthwise, _ kernel: DepthwiseKernel) {
    self.kernel = kernel
    outputs = other.outputs
    operands = other.operands
    biasPlace = other.biasPlace
  }

  /// Bytes of the packed weights and biases of a layer, with the surplus.
  package static func operandBytes(outputs: Int, _ kernel: DepthwiseKernel) -> Int {
    let biases = inputVectors(outputs, kernel) * kernel.multiplier * kernel.instructionSet.lanes
    return (biasPlace(outputs, kernel) + biases) * MemoryLayout<Float>.stride
  }

  private static func biasPlace(_ outputs: Int, _ kernel: DepthwiseKernel) -> Int {
    let slices = inputVectors(outputs, kernel) * kernel.multiplier
    return ActivationLayout.paddedChannels(
      slices * kernel.geometry.taps * kernel.instructionSet.lanes)
  }

  private static func inputVectors(_ outputs: Int, _ kernel: DepthwiseKernel) -> Int {
    (outputVectors(outputs, kernel) + kernel.multiplier - 1) / kernel.multiplier
  }

  private static func outputVectors(_ outputs: Int, _ kernel: DepthwiseKernel) -> Int {
    ActivationLayout.paddedChannels(outputs) / kernel.instructionSet.lanes
  }

  /// Vectors of input channels, with the surplus.
  package var inputVectors: Int { Self.inputVectors(outputs, kernel) }

  package func run(rows: Range<Int>, on input: FeatureShape, _ places: OperandPlaces) {
    run(rows: rows, inputVectors: 0..<inputVectors, on: input, places)
  }

  package func run(channelGroups: Range<Int>, on input: FeatureShape, _ places: OperandPlaces) {
    let rows = kernel.geometry.outputExtent(input.height)
    run(rows: 0..<rows, inputVectors: channelGroups, on: input, places)
  }

  package func run(part: Int, of parts: Int, on input: FeatureShape, _ places: OperandPlaces) {
    let rows = kernel.geometry.outputExtent(input.height)
    let mine = share(part, of: parts, count: rows, step: kernel.tileHeight)
    if !mine.isEmpty { run(rows: mine, on: input, places) }
  }

  package func tasks(
    on input: FeatureShape, workers: Int, tasksPerWorker: Int?
  ) -> any OperationTasks {
    PartTasks(self, on: input, count: workers * (tasksPerWorker ?? 1))
  }

  /// Computes output channels of some output rows; all padded channels of these are written.
  ///
  /// - Parameters:
  ///   - inputVectors: the input channels whose outputs are computed, as vectors of the kernel's
  ///     instruction set.
  ///   - shape: that of the whole input.
  ///   - places: the input is `[pixel][pitch]`; only rows in the windows of the output rows are read.
  private func run(
    rows: Range<Int>, inputVectors vectors: Range<Int>, on shape: FeatureShape,
    _ places: OperandPlaces
  ) {
    precondition(shape.channels * kernel.multiplier == outputs)
    precondition(vectors.lowerBound >= 0 && vectors.upperBound <= inputVectors)
    let slices = vectors.lowerBound * kernel.multiplier
    let lanes = kernel.instructionSet.lanes
    let end = min(vectors.upperBound * kernel.multiplier, Self.outputVectors(outputs, kernel))
    kernel.function(
      rows.lowerBound, rows.upperBound, shape.height, shape.width, end - slices,
      places.input.values.advanced(floats: vectors.lowerBound * lanes), places.input.pixelStride,
      operands.pointer.advanced(floats: slices * kernel.geometry.taps * lanes),
      operands.pointer.advanced(floats: biasPlace + slices * lanes),
      places.output.advanced(floats: slices * lanes), places.outputPitch)
  }
}
