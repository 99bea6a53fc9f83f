import FastViTCatalogue
import FastViTOperations
import FastViTTestSupport
import Testing

/// Packed depthwise layers and stems with the kernels that the rules choose, compared with the reference.
@Suite struct PackedConvolutionTests {
  /// A depthwise layer and the extent of its input.
  struct Layer: Sendable, CustomTestStringConvertible {
    var kernel: Int
    var stride: Int
    var multiplier = 1
    var shape: FeatureShape
    var epilogue = Epilogue.bias

    var testDescription: String { "\(kernel)×\(kernel) s\(stride) m\(multiplier) on \(shape)" }
  }

  private static let layers = [
    Layer(kernel: 3, stride: 1, shape: FeatureShape(height: 8, width: 8, channels: 48)),
    Layer(kernel: 7, stride: 1, shape: FeatureShape(height: 9, width: 14, channels: 76)),
    Layer(
      kernel: 3, stride: 2, shape: FeatureShape(height: 12, width: 15, channels: 5),
      epilogue: .gelu),
    // 40 output channels are 3 vectors of 16: one input vector makes two of them, the next only one.
    Layer(
      kernel: 7, stride: 2, multiplier: 2,
      shape: FeatureShape(height: 16, width: 16, channels: 20), epilogue: .gelu),
    Layer(
      kernel: 3, stride: 1, multiplier: 2,
      shape: FeatureShape(height: 7, width: 7, channels: 8)),
  ]

  @Test(arguments: layers, InstructionSet.all.filter(\.runsHere))
  func depthwise(_ layer: Layer, _ instructionSet: InstructionSet) throws {
    let geometry = ConvolutionGeometry(kernel: layer.kernel, stride: layer.stride)
    let outputShape = geometry.outputShape(
      layer.shape, channels: layer.shape.channels * layer.multiplier)
    let kernel = try #require(
      chosenDepthwise(
        geometry, multiplier: layer.multiplier, columns: outputShape.width,
        rows: outputShape.height, epilogue: layer.epilogue, on: instructionSet))
    var random = SeededGenerator(7)
    let input = random.floats(layer.shape.elements)
    let weights = random.floats(outputShape.channels * geometry.taps)
    let bias = random.floats(outputShape.channels)
    let packed = PackedDepthwise(weights: weights.span, bias: bias.span, kernel: kernel)

    let source = padded(input, ActivationLayout(layer.shape))
    let layout = ActivationLayout(outputShape)
    let target = GuardedFloats(poisoned: layout.elements)
    packed.run(
      rows: 0..<outputShape.height, on: layer.shape,
      OperandPlaces(
        input: .channelsLast(source.start, layer.shape), output: target.start,
        outputPitch: layout.pitch))

    var rows: [Float] = []
    for row in 0..<outputShape.height {
      rows += referenceDepthwiseRow(
        row, of: input, layer.shape, geometry, multiplier: layer.multiplier, weights: weights,
        bias: bias, layer.epilogue)
    }
    #expect(firstDifference(target.values, expected(rows, layout)) == nil)
  }

  @Test(arguments: [48, 64, 76, 5], InstructionSet.all.filter(\.runsHere))
  func stem(_ outputs: Int, _ instructionSet: InstructionSet) throws {
    let kernel = try #require(
      chosenStem(outputs: outputs, epilogue: .gelu, on: instructionSet))
    let shape = FeatureShape(height: 9, width: 34, channels: 3)
    let layout = ActivationLayout(
      ConvolutionGeometry(kernel: 3, stride: 2).outputShape(shape, channels: outputs))
    var random = SeededGenerator(8)
    let input = random.floats(shape.elements)
    let weights = random.floats(outputs * 27)
    let bias = random.floats(outputs)
    let packed = PackedStem(weights: weights.span, bias: bias.span, kernel: kernel)
    var rows: [Float] = []
    for row in 0..<layout.shape.height {
      rows += referenceStemRow(row, of: input, shape, weights: weights, bias: bias, .gelu)
    }

    let planar = (0..<3).flatMap { channel in
      (0..<shape.pixels).map { input[$0 * 3 + channel] }
    }
    for isPlanar in [true, false] {
      let values = GuardedFloats(isPlanar ? planar : input)
      let layoutOfImage: ImageLayout = isPlanar ? .nchw : .nhwc
      let target = GuardedFloats(poisoned: layout.elements)
      packed.run(
        rows: 0..<layout.shape.height, on: shape,
        OperandPlaces(
          input: layoutOfImage.map(values.start, shape), output: target.start,
          outputPitch: layout.pitch))
      #expect(firstDifference(target.values, expected(rows, layout)) == nil, "\(isPlanar)")
    }
  }

  /// Operands are shared with kernels that read them in the same order, and with no others.
  @Test(arguments: InstructionSet.all.filter(\.runsHere))
  func otherKernelsShareOperands(_ instructionSet: InstructionSet) {
    let kernels = KernelCatalogue.generated.kernels(DepthwiseKernel.self).filter {
      $0.instructionSet == instructionSet
    }
    for first in kernels {
      let weights = [Float](repeating: 1, count: 32 * first.geometry.taps)
      let packed = PackedDepthwise(
        weights: weights.span, bias: weights.span.extracting(..<32), kernel: first)
      for second in kernels {
        let isSame =
          (first.geometry, first.multiplier, first.epilogue)
          == (second.geometry, second.multiplier, second.epilogue)
        #expect((packed.with(second) != nil) == isSame, "\(first.name), \(second.name)")
      }
    }
    let stems = KernelCatalogue.generated.kernels(StemKernel.self).filter {
      $0.instructionSet == instructionSet
    }
    // The width of every kernel's panel divides this number.
    let outputs = 960
    for first in stems {
      let weights = [Float](repeating: 1, count: 27 * outputs)
      let packed = PackedStem(
        weights: weights.span, bias: weights.span.extracting(..<outputs), kernel: first)
      for second in stems {
        let isSame =
          (first.panelWidth, first.epilogue) == (second.panelWidth, second.epilogue)
        #expect((packed.with(second) != nil) == isSame, "\(first.name), \(second.name)")
      }
    }
  }

  /// Tiles as wide as the feature map where there are some, else those that compute the fewest pixels twice.
  @Test func chosenTiles() {
    func tile(_ kernel: Int, _ stride: Int, _ multiplier: Int, _ columns: Int) -> String? {
      chosenDepthwise(
        ConvolutionGeometry(kernel: kernel, stride: stride), multiplier: multiplier,
        columns: columns, rows: columns, epilogue: .bias, on: .avx512
      ).map { "\($0.tileWidth)x\($0.tileHeight)" }
    }
    #expect([64, 32, 16, 8].map { tile(7, 1, 1, $0) } == ["8x2", "8x2", "8x2", "8x2"])
    #expect([56, 28, 14, 7].map { tile(7, 1, 1, $0) } == ["8x2", "7x2", "7x2", "7x2"])
    #expect([32, 14, 7, 4].map { tile(7, 2, 2, $0) } == ["8x1", "7x1", "7x1", "4x1"])
    #expect([64, 7, 4].map { tile(3, 1, 1, $0) } == ["8x2", "7x2", "4x2"])
    #expect(tile(5, 1, 1, 8) == nil)
    #expect(chosenStem(outputs: 76, epilogue: .gelu, on: .avx512)?.tileVectors == 5)
    #expect(chosenStem(outputs: 112, epilogue: .gelu, on: .avx512)?.tileVectors == 1)
  }

  /// `values` as `[pixel][pitch]`, with zeros in the surplus lanes.
  private func padded(_ values: [Float], _ layout: ActivationLayout) -> GuardedFloats {
    GuardedFloats(spread(values, layout, gap: 0))
  }

  /// The same with poison beyond the padded channels.
  private func expected(_ values: [Float], _ layout: ActivationLayout) -> [Float] {
    spread(values, layout, gap: GuardedFloats.poison)
  }

  private func spread(_ values: [Float], _ layout: ActivationLayout, gap: Float) -> [Float] {
    let channels = layout.shape.channels
    return (0..<layout.elements).map { index in
      let (pixel, lane) = (index / layout.pitch, index % layout.pitch)
      if lane < channels { return values[pixel * channels + lane] }
      return lane < layout.paddedChannels ? 0 : gap
    }
  }
}
