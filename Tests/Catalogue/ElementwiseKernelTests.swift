import FastViTCatalogue
import FastViTOperations
import FastViTTestSupport
import Testing

/// Pooling, scaling and activation kernels, compared byte by byte with the `Float` reference.
@Suite struct ElementwiseKernelTests {
  /// The layout of a feature map with `gap` values between pixels.
  private struct Map {
    let pixels: Int
    let channels: Int
    let gap: Int

    var pitch: Int { channels + gap }
    /// How many values there are, up to the last pixel's last channel.
    var count: Int { max(0, (pixels - 1) * pitch + channels) }

    /// `dense`, which is `[pixel][channel]`, with this layout and `fill` in the gaps.
    func spread(_ dense: [Float], fill: Float) -> [Float] {
      var map = [Float](repeating: fill, count: count)
      for pixel in 0..<pixels {
        for c in 0..<channels { map[pixel * pitch + c] = dense[pixel * channels + c] }
      }
      return map
    }
  }

  private static let pixels = [0, 1, 2, 7, 16, 33]
  private static let vectors = [0, 1, 2, 3, 7, 8, 9, 17]

  private func floats(_ count: Int, seed: Int) -> [Float] {
    var random = SeededGenerator(UInt64(seed))
    return random.floats(count, in: -6...6)
  }

  /// Checks a kernel whose output has the input's shape, for feature maps without and with gaps.
  private func checkMaps(
    _ kernel: any Kernel, _ name: String, _ reference: ([Float]) -> [Float],
    _ call: (Map, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void, channels: Int
  ) {
    for pixels in Self.pixels {
      for gap in [0, 16, 5] {
        let map = Map(pixels: pixels, channels: channels, gap: gap)
        let dense = floats(pixels * channels, seed: pixels)
        let input = GuardedFloats(map.spread(dense, fill: .infinity))
        let output = GuardedFloats(poisoned: map.count)
        call(map, input.start, output.start)
        let wanted = map.spread(reference(dense), fill: GuardedFloats.poison)
        let difference = firstDifference(output.values, wanted)
        #expect(
          difference == nil,
          "\(kernel.name) \(kernel.instructionSet): \(pixels) × \(channels), gap \(gap)")
        #expect(input.canariesAreIntact && output.canariesAreIntact)
      }
    }
  }

  @Test(arguments: vectors)
  func activations(vectors: Int) {
    for kernel in KernelCatalogue.generated.kernels(ActivationKernel.self)
    where kernel.instructionSet.runsHere {
      let reference = { (dense: [Float]) in self.activated(kernel.activation, dense) }
      checkMaps(
        kernel, kernel.name, reference,
        { map, input, output in
          kernel.function(map.pixels, vectors, input, map.pitch, output, map.pitch)
        }, channels: vectors * kernel.instructionSet.lanes)
    }
  }

  @Test(arguments: vectors)
  func scaling(vectors: Int) {
    for kernel in KernelCatalogue.generated.kernels(ScalingKernel.self)
    where kernel.instructionSet.runsHere {
      let channels = vectors * kernel.instructionSet.lanes
      let factors = GuardedFloats(floats(channels, seed: 77))
      let reference = { (dense: [Float]) in
        var scaled = dense
        if !dense.isEmpty {
          var span = scaled.mutableSpan
          scaleChannels(dense.span, by: factors.values.span, into: &span)
        }
        return kernel.activation.map { self.activated($0, scaled) } ?? scaled
      }
      checkMaps(
        kernel, kernel.name, reference,
        { map, input, output in
          kernel.function(
            map.pixels, vectors, input, map.pitch, factors.start, output, map.pitch)
        }, channels: channels)
    }
  }

  private func activated(_ activation: ActivationFunction, _ dense: [Float]) -> [Float] {
    var output = dense
    var span = output.mutableSpan
    activate(activation, dense.span, into: &span)
    return output
  }

  @Test(arguments: vectors, [1, 2, 49, 1000])
  func pooling(vectors: Int, pixels: Int) {
    for kernel in KernelCatalogue.generated.kernels(PoolingKernel.self)
    where kernel.instructionSet.runsHere {
      let channels = vectors * kernel.instructionSet.lanes
      for gap in [0, 16, 5] {
        let map = Map(pixels: pixels, channels: channels, gap: gap)
        let dense = floats(pixels * channels, seed: pixels)
        let input = GuardedFloats(map.spread(dense, fill: .infinity))
        let output = GuardedFloats(poisoned: channels)
        kernel.function(pixels, vectors, input.start, map.pitch, output.start)
        var wanted = [Float](repeating: 0, count: channels)
        if channels > 0 {
          var span = wanted.mutableSpan
          globalAveragePool(dense.span, into: &span)
        }
        let difference = firstDifference(output.values, wanted)
        #expect(difference == nil, "\(kernel.name) \(kernel.instructionSet), gap \(gap)")
        #expect(output.canariesAreIntact)
      }
    }
  }
}
