import FastViTCatalogue
import FastViTOperations
import FastViTTestSupport
import Testing

/// The kernels' GELU and sigmoid, compared byte by byte with the functions of one `Float`, on floats of
/// every magnitude.
///
/// Kernel modules do not export these functions, so the tests call kernels that do little else. The sigmoid
/// also tests the exponential.
@Suite struct KernelVectorFunctionTests {
  /// Floats of every exponent, and those next to each value at which a function changes its behaviour.
  private static let arguments: [Float] = {
    var patterns = stride(from: UInt32(0), to: .max - 65_537, by: 65_537).map { $0 }
    let places: [Float] = [
      0, 0.5, 1, 6, 20, 88.722_83, 87.336_54, 89, 103.97, 104, 0x1p20, .leastNormalMagnitude,
      .leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity,
    ]
    for place in places {
      for offset in -3...3 {
        let pattern = UInt32(truncatingIfNeeded: Int(place.bitPattern) + offset)
        patterns += [pattern, pattern ^ 0x8000_0000]
      }
    }
    return patterns.map { Float(bitPattern: $0) }
  }()

  @Test func gelu() {
    let input = Self.arguments
    let wanted = input.map { Float.gelu($0) }
    for kernel in KernelCatalogue.generated.kernels(ActivationKernel.self)
    where kernel.instructionSet.runsHere {
      let lanes = kernel.instructionSet.lanes
      let padding = (lanes - input.count % lanes) % lanes
      let source = GuardedFloats(input + [Float](repeating: 0, count: padding))
      let target = GuardedFloats(poisoned: source.count)
      kernel.function(
        source.count / lanes, 1, UnsafePointer(source.start), lanes, target.start, lanes)
      let difference = firstDifference(
        Array(target.values.prefix(input.count)), wanted, anyNaN: true)
      #expect(difference == nil, "\(kernel.name) \(kernel.instructionSet)")
    }
  }

  /// A pointwise kernel on one channel with weight 1 and bias 0: each row is one argument.
  @Test(arguments: [Epilogue.sigmoid, .gelu])
  func epilogues(epilogue: Epilogue) {
    let input = Self.arguments.enumerated().filter { $0.offset % 8 == 0 }.map(\.element)
    let sums = input.map { Float(0).addingProduct($0, 1) }
    let wanted = sums.map { epilogue == .gelu ? Float.gelu($0) : Float.sigmoid($0) }
    for kernel in KernelCatalogue.generated.kernels(PointwiseKernel.self)
    where kernel.epilogue == epilogue && kernel.instructionSet.runsHere {
      let width = kernel.panelWidth
      let source = GuardedFloats(input)
      let weights = GuardedFloats([Float](repeating: 1, count: width))
      let bias = GuardedFloats([Float](repeating: 0, count: width))
      let target = GuardedFloats(poisoned: input.count * width)
      kernel.function(
        input.count, 1, 1, source.start, 1, weights.start, bias.start, nil, 0, target.start, width)
      let found = target.values
      for lane in [0, width / 2 + 1, width - 1] {
        let column = input.indices.map { found[$0 * width + lane] }
        let difference = firstDifference(column, wanted, anyNaN: true)
        #expect(difference == nil, "\(kernel.name) \(kernel.instructionSet) lane \(lane)")
      }
    }
  }
}
