import KernelContract

/// The stem's first convolution made ready for its kernels: weights and bias in the order they are
/// read.
///
/// Surplus channels have zero weights and biases, so that the surplus lanes of the output are zero.
package struct PackedStem: Sendable {
  /// Runs of panels, in ascending order of the output channels.
  package struct Run: Sendable {
    package let kernel: StemKernel
    package let panels: Int

    /// Output channels of a panel.
    var panelWidth: Int { kernel.tileVectors * kernel.instructionSet.lanes }
  }

  package let runs: [Run]
  private let weights: AlignedBuffer
  private let bias: AlignedBuffer

  /// Taps of 3×3 pixels of 3 channels.
  private static let taps = 27

  /// - Parameters:
  ///   - weights: `[output channel][input channel][ky][kx]`.
  ///   - bias: one value an output channel.
  ///   - runs: cover the padded width exactly, all with the same epilogue.
  package init(weights: Span<Float>, bias: Span<Float>, runs: [Run]) {
    let padded = ActivationLayout.paddedChannels(bias.count)
    precondition(weights.count == bias.count * Self.taps)
    precondition(runs.reduce(0) { $0 + $1.panels * $1.panelWidth } == padded)
    self.runs = runs
    self.weights = AlignedBuffer(count: padded * Self.taps)
    self.bias = AlignedBuffer(count: padded)
    var packedWeights = self.weights.values.mutableSpan
    var packedBias = self.bias.values.mutableSpan
    var first = 0
    for run in runs {
      let width = run.panelWidth
      for output in first..<min(bias.count, first + run.panels * width) {
        packedBias[output] = bias[output]
        let panel = first + (output - first) / width * width
        for tap in 0..<Self.taps {
          let (position, channel) = (tap / 3, tap % 3)
          packedWeights[panel * Self.taps + tap * width + (output - panel)] =
            weights[(output * 3 + channel) * 9 + position]
        }
      }
      first += run.panels * width
    }
  }

  /// Computes some output rows of all channels.
  ///
  /// - Parameters:
  ///   - height: rows of the picture.
  ///   - width: pixels in a row of the picture.
  ///   - output: row 0 of the output map.
  package func run(
    rows: Range<Int>, height: Int, width: Int,
    input: UnsafePointer<Float>, channelStride: Int, rowStride: Int, pixelStride: Int,
    output: UnsafeMutablePointer<Float>, outputPitch: Int
  ) {
    var first = 0
    for run in runs {
      run.kernel.function(
        rows.lowerBound, rows.upperBound, height, width, run.panels,
        input, channelStride, rowStride, pixelStride,
        weights.pointer + first * Self.taps, bias.pointer + first, output + first, outputPitch)
      first += run.panels * run.panelWidth
    }
  }
}
