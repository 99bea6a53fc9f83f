import FastViTTestSupport
import Testing

@testable import FastViTOperations

@Suite struct NormalisationTests {
  /// One pixel, by the textbook's formula in `Double`.
  private func oracle(_ x: [Double], _ scale: [Double], _ shift: [Double], _ epsilon: Double)
    -> [Double]
  {
    let mean = x.reduce(0, +) / Double(x.count)
    let variance = x.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(x.count)
    return x.indices.map {
      (x[$0] - mean) / (variance + epsilon).squareRoot() * scale[$0] + shift[$0]
    }
  }

  private func values(_ count: Int, _ random: inout SeededGenerator) -> [Float] {
    (0..<count).map { _ in Float.random(in: -2...2, using: &random) }
  }

  @Test(arguments: [1, 3, 15, 16, 17, 48, 130, 768], [1, 5, 6, 12])
  func referenceIsTheFormula(channels: Int, exponent: Int) {
    var random = SeededGenerator(UInt64(channels))
    let pixels = 3
    // Off the origin, where a variance made of the squares' mean alone would cancel.
    let input = values(pixels * channels, &random).map { $0 + 50 }
    let (scale, shift) = (values(channels, &random), values(channels, &random))
    let operation = LayerNormalisation(epsilonExponent: exponent)
    let shape = FeatureShape(height: 1, width: pixels, channels: channels)
    func row<Scalar: ReferenceScalar>(_: Scalar.Type) -> [Double] {
      func cast(_ values: [Float]) -> [Scalar] { values.map { Scalar($0) } }
      var output = [Scalar](repeating: 0, count: input.count)
      var span = output.mutableSpan
      operation.computeRow(
        0,
        ReferenceOperands(
          shape: shape, input: cast(input), weights: cast(scale), bias: cast(shift)),
        into: &span)
      return output.map { Double($0) }
    }
    let expected = (0..<pixels).flatMap { pixel in
      oracle(
        input[pixel * channels..<(pixel + 1) * channels].map { Double($0) },
        scale.map { Double($0) }, shift.map { Double($0) }, operation.epsilon)
    }
    #expect(relativeError(row(Double.self), expected) < 1e-10)
    #expect(channels == 1 || relativeError(row(Float.self), expected) < 1e-4)
  }

  @Test func epsilonIsAPowerOfTen() {
    #expect(LayerNormalisation(epsilonExponent: 5).epsilon == 1e-5)
    #expect(LayerNormalisation(epsilonExponent: 12).epsilon == 1e-12)
  }

  @Test func problemsAreReadAndRefused() throws {
    let problem = try NamedProblem(parsing: "layernorm:ic48ih7ep6").problem
    #expect(problem.operation.isEqual(to: .layerNormalisation(epsilonExponent: 6)))
    #expect(problem.parameters == 96 && problem.multiplyAdds == 0)
    #expect(problem.output == problem.input)
    for text in ["layernorm:ic48ih7", "layernorm:ic48ih7ep0", "layernorm:ic48ih7ep13"] {
      #expect(throws: ProblemError.self) { try NamedProblem(parsing: text) }
    }
  }
}
