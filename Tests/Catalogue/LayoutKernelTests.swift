import FastViTCatalogue
import FastViTOperations
import FastViTTestSupport
import Testing

/// Conversions between planar feature maps and padded channels-last ones, compared with the definition.
@Suite struct LayoutKernelTests {
  private static let pixels = [0, 1, 2, 15, 16, 17, 31, 32, 33, 100]
  private static let channels = [1, 2, 3, 15, 16, 17, 31, 33, 48, 50]

  @Test(arguments: pixels, channels)
  func conversions(pixels: Int, channels: Int) {
    let padded = ActivationLayout.paddedChannels(channels)
    for gap in [0, 16, 3] {
      let planar = (0..<channels * pixels).map { Float($0 + 1) }
      let planes = spread(planar, rows: channels, width: pixels, gap: gap, fill: .infinity)
      let pixelMap = (0..<pixels).flatMap { pixel in
        (0..<padded).map { c in c < channels ? planar[c * pixels + pixel] : 0 }
      }
      let map = spread(pixelMap, rows: pixels, width: padded, gap: gap, fill: .infinity)
      for kernel in KernelCatalogue.generated.kernels(LayoutKernel.self)
      where kernel.instructionSet.runsHere {
        let forward = kernel.direction == .fromPlanar
        let input = GuardedFloats(forward ? planes : map)
        let output = GuardedFloats(poisoned: (forward ? map : planes).count)
        let (planePitch, pitch) = (pixels + gap, padded + gap)
        kernel.function(
          pixels, channels, input.start, forward ? planePitch : pitch, output.start,
          forward ? pitch : planePitch)
        let poison = GuardedFloats.poison
        let wanted =
          forward
          ? spread(pixelMap, rows: pixels, width: padded, gap: gap, fill: poison)
          : spread(planar, rows: channels, width: pixels, gap: gap, fill: poison)
        let difference = firstDifference(output.values, wanted)
        #expect(difference == nil, "\(kernel.name) \(kernel.instructionSet), gap \(gap)")
        #expect(input.canariesAreIntact && output.canariesAreIntact)
      }
    }
  }

  /// Rows of `width` values with a gap after each but the last.
  private func spread(
    _ dense: [Float], rows: Int, width: Int, gap: Int, fill: Float
  ) -> [Float] {
    guard rows > 0 else { return [] }
    var result = [Float](repeating: fill, count: (rows - 1) * (width + gap) + width)
    for row in 0..<rows {
      for x in 0..<width { result[row * (width + gap) + x] = dense[row * width + x] }
    }
    return result
  }
}
