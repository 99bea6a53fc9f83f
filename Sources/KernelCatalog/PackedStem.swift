import KernelContract

/// The stem made ready for a kernel: weights and bias in the order the kernel reads them.
///
/// Surplus channels have zero weights and zero bias, so that the surplus lanes of the output are zero
/// after every epilogue.
package struct PackedStem: Sendable {
  package let kernel: StemKernel
  package let outputs: Int

  private static let taps = 27
  /// Weights, then bias.
  private let operands: AlignedBuffer
  private let biasPlace: Int
  private let panels: Int

  /// Values of packed weights and biases, with the surplus.
  package var operandElements: Int { operands.count }

  /// - Parameters:
  ///   - weights: `[output channel][input channel][ky][kx]`.
  ///   - bias: one value an output channel.
  ///   - kernel: one whose panels divide the padded width.
  ///   - buffer: where to, `operandElements` values; memory of its own if not given.
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
    operands = buffer ?? AlignedBuffer(count: Self.operandElements(outputs: outputs))
    precondition(operands.count == Self.operandElements(outputs: outputs))
    var target = operands.values.mutableSpan
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

  /// Values of the packed weights and biases of a layer, with the surplus.
  package static func operandElements(outputs: Int) -> Int {
    ActivationLayout.paddedChannels(outputs) * (taps + 1)
  }

  /// Computes all output channels of some output rows.
  ///
  /// - Parameters:
  ///   - picture: reads the caller's values as they lie.
  ///   - output: row 0 of the output map, `[pixel][outputPitch]`; all padded channels are written.
  package func run(
    rows: Range<Int>, of picture: StridedPicture, output: UnsafeMutablePointer<Float>,
    outputPitch: Int
  ) {
    kernel.function(
      rows.lowerBound, rows.upperBound, picture.height, picture.width, panels,
      picture.values, picture.channelStride, picture.rowStride, picture.pixelStride,
      operands.pointer, operands.pointer + biasPlace, output, outputPitch)
  }
}

/// Where the three channels of a picture's pixels lie.
package struct StridedPicture {
  package let values: UnsafePointer<Float>
  package let height: Int
  package let width: Int
  package let channelStride: Int
  package let rowStride: Int
  package let pixelStride: Int

  /// `[channel][row][pixel]`, as NCHW tensors are.
  package static func planar(_ values: UnsafePointer<Float>, height: Int, width: Int) -> Self {
    StridedPicture(
      values: values, height: height, width: width,
      channelStride: height * width, rowStride: width, pixelStride: 1)
  }

  /// `[row][pixel][channel]`, as NHWC tensors are.
  package static func interleaved(_ values: UnsafePointer<Float>, height: Int, width: Int) -> Self {
    StridedPicture(
      values: values, height: height, width: width,
      channelStride: 1, rowStride: 3 * width, pixelStride: 3)
  }
}
