import KernelContract

/// A depthwise layer made ready for a kernel: weights and bias in the order the kernel reads them.
///
/// Channels are padded to `ActivationLayout.channelAlignment`. Surplus channels have zero weights and
/// zero bias, so that the surplus lanes of the output are zero after every epilogue.
package struct PackedDepthwise: Sendable {
  package let kernel: DepthwiseKernel
  package let outputs: Int

  /// Weights, then bias.
  private let operands: AlignedBuffer
  private let biasPlace: Int

  /// Values of packed weights and biases, with the surplus.
  package var operandElements: Int { operands.count }

  /// - Parameters:
  ///   - weights: `[output channel][ky][kx]`.
  ///   - bias: one value an output channel; their number is a multiple of the kernel's multiplier.
  ///   - buffer: where to, zeros, `operandElements` of them; memory of its own if not given.
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
    operands = buffer ?? AlignedBuffer(count: Self.operandElements(outputs: outputs, kernel))
    precondition(operands.count == Self.operandElements(outputs: outputs, kernel))
    var target = operands.values.mutableSpan
    for vector in 0..<Self.inputVectors(outputs, kernel) {
      for plane in 0..<planes {
        let slice = vector * planes + plane
        let first = min(vector * lanes * planes + plane, outputs)
        // Of a plane's channels, which alternate with those of the others.
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

  /// Values of the packed weights and biases of a layer, with the surplus.
  package static func operandElements(outputs: Int, _ kernel: DepthwiseKernel) -> Int {
    let lanes = kernel.instructionSet.lanes
    return biasPlace(outputs, kernel) + inputVectors(outputs, kernel) * kernel.multiplier * lanes
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

  /// Computes output channels of some output rows.
  ///
  /// - Parameters:
  ///   - inputVectors: the input channels whose outputs are computed, as vectors of the kernel's
  ///     instruction set; all if not given.
  ///   - shape: of the input map.
  ///   - input: the whole map, `[pixel][inputPitch]`. Only the rows that the output rows see are read.
  ///   - output: row 0 of the output map, `[pixel][outputPitch]`; all padded channels are written.
  package func run(
    rows: Range<Int>, inputVectors vectors: Range<Int>? = nil, of shape: FeatureShape,
    input: UnsafePointer<Float>, inputPitch: Int,
    output: UnsafeMutablePointer<Float>, outputPitch: Int
  ) {
    precondition(shape.channels * kernel.multiplier == outputs)
    let vectors = vectors ?? 0..<inputVectors
    precondition(vectors.lowerBound >= 0 && vectors.upperBound <= inputVectors)
    let slices = vectors.lowerBound * kernel.multiplier
    let lanes = kernel.instructionSet.lanes
    let end = min(vectors.upperBound * kernel.multiplier, Self.outputVectors(outputs, kernel))
    kernel.function(
      rows.lowerBound, rows.upperBound, shape.height, shape.width, end - slices,
      input + vectors.lowerBound * lanes, inputPitch,
      operands.pointer + slices * kernel.geometry.taps * lanes,
      operands.pointer + biasPlace + slices * lanes,
      output + slices * lanes, outputPitch)
  }
}
