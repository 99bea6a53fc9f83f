import FastViTCatalogue
import FastViTTestSupport
import Testing

@testable import FastViTOperations

/// The choice of pointwise kernels, and operations that are packed for it.
@Suite struct PackedPointwiseTests {
  private static let instructionSets = InstructionSet.all.filter(\.runsHere)
  private static let widths = [1, 10, 16, 17, 33, 48, 64, 76, 100, 152, 304]
  private static let rows = [1, 3, 8, 49]

  @Test(arguments: instructionSets, Epilogue.allCases)
  func everyWidthGivesTheBytesOfTheReference(_ instructionSet: InstructionSet, epilogue: Epilogue) {
    let depth = 13
    var random = SeededGenerator(5)
    for outputs in Self.widths {
      let weights = random.floats(outputs * depth)
      let bias = random.floats(outputs)
      let padded = ActivationLayout.paddedChannels(outputs)
      for rows in Self.rows {
        let segments = chosenSegments(
          outputs: outputs, rows: rows, epilogue: epilogue, on: instructionSet)
        let layer = PackedPointwise(
          weights: weights.span, bias: bias.span, depth: depth, segments: segments)
        let surplus = [Float](repeating: 0, count: padded - outputs)
        let input = GuardedFloats(random.floats(rows * depth))
        let residual = GuardedFloats(
          (0..<rows).flatMap { _ in random.floats(outputs) + surplus })
        let output = GuardedFloats(poisoned: rows * padded)
        layer.run(
          rows: rows, input: input.start, inputPitch: depth,
          residual: epilogue == .residual ? residual.start : nil,
          output: output.start, outputPitch: padded)
        var expected: [Float] = []
        for row in 0..<rows {
          expected += referencePointwise(
            Array(input.values[row * depth..<(row + 1) * depth]), weights, bias,
            residual: Array(residual.values[row * padded..<row * padded + outputs]), epilogue)
          expected += surplus
        }
        #expect(
          firstDifference(output.values, expected) == nil,
          "\(outputs) outputs, \(rows) rows: \(segments.map(\.kernel.name))")
      }
    }
  }

  @Test(arguments: instructionSets)
  func panelsMayBeSharedOut(_ instructionSet: InstructionSet) {
    var random = SeededGenerator(6)
    let (outputs, depth, rows) = (304, 20, 9)
    let weights = random.floats(outputs * depth)
    let bias = random.floats(outputs)
    let input = GuardedFloats(random.floats(rows * depth))
    let layer = PackedPointwise(
      weights: weights.span, bias: bias.span, depth: depth,
      segments: chosenSegments(
        outputs: outputs, rows: rows, epilogue: .bias, on: instructionSet))
    let whole = GuardedFloats(poisoned: rows * outputs)
    layer.run(
      rows: rows, input: input.start, inputPitch: depth, residual: nil,
      output: whole.start, outputPitch: outputs)
    let parts = GuardedFloats(poisoned: rows * outputs)
    for (index, segment) in layer.segments.enumerated() {
      for panel in (0..<segment.panels).reversed() {
        layer.run(
          index, panels: panel..<panel + 1, rows: rows, input: input.start, inputPitch: depth,
          residual: nil, output: parts.start, outputPitch: outputs)
      }
    }
    #expect(firstDifference(parts.values, whole.values) == nil)
  }

  /// Weights may be packed in groups of channels that fit no panel, in descending order. The results are
  /// those of weights packed at once.
  @Test(arguments: instructionSets, [1, 7, 33, 200])
  func blocksMayComeInAnyOrder(_ instructionSet: InstructionSet, block: Int) {
    var random = SeededGenerator(8)
    let (outputs, depth, rows) = (150, 37, 5)
    let weights = random.floats(outputs * depth)
    let bias = random.floats(outputs)
    let input = GuardedFloats(random.floats(rows * depth))
    let segments = chosenSegments(
      outputs: outputs, rows: rows, epilogue: .sigmoid, on: instructionSet)
    let whole = PackedPointwise(
      weights: weights.span, bias: bias.span, depth: depth, segments: segments)
    let inBlocks = PackedPointwise(outputs: outputs, depth: depth, segments: segments) { pack in
      for start in stride(from: 0, to: outputs, by: block).reversed() {
        let end = min(start + block, outputs)
        pack(
          start..<end, weights.span.extracting(start * depth..<end * depth),
          bias.span.extracting(start..<end))
      }
    }
    let padded = ActivationLayout.paddedChannels(outputs)
    let results = [whole, inBlocks].map { layer in
      let output = GuardedFloats(poisoned: rows * padded)
      layer.run(
        rows: rows, input: input.start, inputPitch: depth, residual: nil,
        output: output.start, outputPitch: padded)
      return output
    }
    #expect(firstDifference(results[1].values, results[0].values) == nil)
  }

  /// Operands are shared with kernels that read them in the same order, and with no others.
  @Test(arguments: instructionSets)
  func otherKernelsShareOperands(_ instructionSet: InstructionSet) {
    var random = SeededGenerator(10)
    let (outputs, depth, rows) = (192, 7, 9)
    let weights = random.floats(outputs * depth)
    let bias = random.floats(outputs)
    let input = GuardedFloats(random.floats(rows * depth))
    func values(_ layer: PackedPointwise) -> [Float] {
      let output = GuardedFloats(poisoned: rows * outputs)
      layer.run(
        rows: rows, input: input.start, inputPitch: depth, residual: nil,
        output: output.start, outputPitch: outputs)
      return output.values
    }
    let kernels = KernelCatalogue.generated.kernels(PointwiseKernel.self).filter {
      $0.instructionSet == instructionSet && $0.epilogue != .residual
    }
    for first in kernels {
      let segments = [PointwiseSegment(kernel: first, panels: outputs / first.panelWidth)]
      guard segments[0].width == outputs else { continue }
      let layer = PackedPointwise(
        weights: weights.span, bias: bias.span, depth: depth, segments: segments)
      for second in kernels {
        let others = [PointwiseSegment(kernel: second, panels: outputs / second.panelWidth)]
        let isSame = (first.vectors, first.epilogue) == (second.vectors, second.epilogue)
        let shared = layer.with(others)
        #expect((shared != nil) == isSame, "\(first.name), \(second.name)")
        if let shared { #expect(firstDifference(values(shared), values(layer)) == nil) }
      }
    }
  }

  /// Rows that exceed the cache are computed block by block. The bytes are those of one call per segment.
  @Test(arguments: instructionSets)
  func manyRowsAreComputedInBlocks(_ instructionSet: InstructionSet) {
    var random = SeededGenerator(7)
    let (outputs, depth, rows) = (80, 300, 1003)
    let weights = random.floats(outputs * depth)
    let bias = random.floats(outputs)
    let layer = PackedPointwise(
      weights: weights.span, bias: bias.span, depth: depth,
      segments: chosenSegments(
        outputs: outputs, rows: rows, epilogue: .residual, on: instructionSet))
    #expect(layer.rowBlock(rows: rows, inputPitch: depth) < rows / 2)
    #expect(layer.rowBlock(rows: 64, inputPitch: depth) == 64)

    let input = GuardedFloats(random.floats(rows * depth))
    let residual = GuardedFloats(random.floats(rows * outputs))
    let blocks = GuardedFloats(poisoned: rows * outputs)
    layer.run(
      rows: rows, input: input.start, inputPitch: depth,
      residual: residual.start,
      output: blocks.start, outputPitch: outputs)
    let whole = GuardedFloats(poisoned: rows * outputs)
    for index in layer.segments.indices {
      layer.run(
        index, panels: 0..<layer.segments[index].panels, rows: rows,
        input: input.start, inputPitch: depth,
        residual: residual.start,
        output: whole.start, outputPitch: outputs)
    }
    #expect(firstDifference(blocks.values, whole.values) == nil)
  }

  /// The rule has a row for every generated tile, and no others.
  @Test(arguments: instructionSets)
  func everyTileHasARule(_ instructionSet: InstructionSet) {
    let kernels = KernelCatalogue.generated.kernels(PointwiseKernel.self).filter {
      $0.instructionSet == instructionSet
    }
    let rules = PointwiseRule.table.filter { $0.instructionSet == instructionSet }
    #expect(
      Set(kernels.map { "\($0.rows)x\($0.vectors)" })
        == Set(rules.map { "\($0.rows)x\($0.vectors)" }))
    for rule in rules {
      #expect(rule.efficiency > 0 && rule.efficiency < 1 && rule.reason.utf8CodeUnitCount > 0)
    }
  }

  @Test(arguments: instructionSets, Epilogue.allCases)
  func segmentsCoverEveryWidth(_ instructionSet: InstructionSet, epilogue: Epilogue) {
    for outputs in stride(from: 1, through: 2000, by: 37) {
      for rows in [1, 2, 5, 49, 4096] {
        let segments = chosenSegments(
          outputs: outputs, rows: rows, epilogue: epilogue, on: instructionSet)
        let width = segments.reduce(0) { $0 + $1.width }
        #expect(width == ActivationLayout.paddedChannels(outputs))
        #expect(
          Set(segments.map(\.kernel.name)).count == segments.count, "two segments of one kernel")
      }
    }
  }

  /// The rule's choices for shapes of FastViT.
  @Test(.enabled(if: InstructionSet.avx512.runsHere))
  func choicesForAVX512() {
    func tiles(_ outputs: Int, _ rows: Int, _ epilogue: Epilogue = .bias) -> [String] {
      chosenSegments(
        outputs: outputs, rows: rows, epilogue: epilogue, on: .avx512
      ).map { "\($0.panels) of \($0.kernel.rows)x\($0.kernel.vectors)" }
    }
    #expect(tiles(144, 4096) == ["3 of 8x3"])
    #expect(tiles(76, 4096) == ["1 of 8x3", "1 of 8x2"])
    #expect(tiles(64, 4096, .gelu) == ["2 of 8x2"])
    #expect(tiles(384, 49, .residual) == ["8 of 7x3"])
    #expect(tiles(384, 25) == ["6 of 5x4"])
    #expect(tiles(1000, 1) == ["15 of 1x4", "1 of 8x3"])
    #expect(tiles(16, 64, .relu) == ["1 of 16x1"])
  }
}
