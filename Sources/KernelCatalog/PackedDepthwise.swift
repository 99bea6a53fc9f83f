import KernelContract

/// A depthwise layer made ready for its kernel: weights and bias in the order the kernel reads them.
///
/// Surplus channels have zero weights and biases, so that the surplus lanes of the output are zero.
package struct PackedDepthwise: Sendable {
  package let kernel: DepthwiseKernel
  package let inputs: Int

  private let weights: AlignedBuffer
  private let bias: AlignedBuffer

  /// - Parameters:
  ///   - weights: `[output channel][tap]`.
  ///   - bias: one value an output channel.
  package init(weights: Span<Float>, bias: Span<Float>, kernel: DepthwiseKernel) {
    let taps = kernel.geometry.taps
    let multiplier = kernel.multiplier
    let lanes = kernel.instructionSet.lanes
    precondition(weights.count == bias.count * taps && bias.count % multiplier == 0)
    self.kernel = kernel
    inputs = bias.count / multiplier
    let padded = ActivationLayout.paddedChannels(inputs)
    self.weights = AlignedBuffer(count: padded * multiplier * taps)
    self.bias = AlignedBuffer(count: padded * multiplier)
    var packedWeights = self.weights.values.mutableSpan
    var packedBias = self.bias.values.mutableSpan
    for output in 0..<bias.count {
      let input = output / multiplier
      let group = input / lanes * multiplier + output % multiplier
      packedBias[group * lanes + input % lanes] = bias[output]
      for tap in 0..<taps {
        packedWeights[(group * taps + tap) * lanes + input % lanes] = weights[output * taps + tap]
      }
    }
  }

  /// Vectors of input channels, surplus lanes included.
  package var vectors: Int {
    ActivationLayout.paddedChannels(inputs) / kernel.instructionSet.lanes
  }

  /// Computes some output rows of some vectors of input channels. The pointers are those of the whole
  /// maps.
  ///
  /// - Parameters:
  ///   - height: rows of the input map.
  ///   - width: pixels in a row of the input map.
  package func run(
    rows: Range<Int>, vectors: Range<Int>, height: Int, width: Int,
    input: UnsafePointer<Float>, inputPitch: Int,
    output: UnsafeMutablePointer<Float>, outputPitch: Int
  ) {
    precondition(vectors.lowerBound >= 0 && vectors.upperBound <= self.vectors)
    let lanes = kernel.instructionSet.lanes
    let first = vectors.lowerBound * lanes
    let firstOutput = first * kernel.multiplier
    let endOutput = min(
      vectors.upperBound * lanes * kernel.multiplier,
      ActivationLayout.paddedChannels(inputs * kernel.multiplier))
    kernel.function(
      rows.lowerBound, rows.upperBound, height, width, (endOutput - firstOutput) / lanes,
      input + first, inputPitch,
      weights.pointer + firstOutput * kernel.geometry.taps, bias.pointer + firstOutput,
      output + firstOutput, outputPitch)
  }
}
