import FastViTCatalogue
import FastViTOperations
import FastViTTestSupport
import Testing

/// Every attention kernel, compared byte by byte with the `Float` reference.
@Suite struct AttentionKernelTests {
  /// A call of an attention kernel: all tokens and heads, or some of them.
  struct Problem: CustomTestStringConvertible {
    var tokens: Int
    var heads: Int
    var queries: Range<Int>
    var computedHeads: Range<Int>
    /// How much larger the pitches of input and output are than needed.
    var gap: Int
    /// Queries and keys lie between −scale and scale.
    var scale: Double

    init(
      _ tokens: Int, heads: Int = 1, queries: Range<Int>? = nil, computedHeads: Range<Int>? = nil,
      gap: Int = 0, scale: Double = 1
    ) {
      self.tokens = tokens
      self.heads = heads
      self.queries = queries ?? 0..<tokens
      self.computedHeads = computedHeads ?? 0..<heads
      self.gap = gap
      self.scale = scale
    }

    var testDescription: String {
      "\(tokens) tokens, \(heads) heads, queries \(queries), heads \(computedHeads), gap \(gap)"
    }
  }

  /// Tokens fewer than, as many as and more than a tile's keys or queries; all of them, and parts.
  private static let problems: [Problem] =
    [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 49, 64, 65, 100].map { Problem($0) } + [
      Problem(64, heads: 3, gap: 16),
      Problem(49, heads: 2, queries: 13..<31, gap: 7),
      Problem(40, heads: 4, queries: 1..<40, computedHeads: 1..<3),
      Problem(40, heads: 2, queries: 5..<5),
      Problem(20, heads: 2, computedHeads: 2..<2),
      Problem(33, heads: 1, scale: 30),
      Problem(33, heads: 1, scale: 0),
    ]

  private func input(_ problem: Problem) -> [Float] {
    var random = SeededGenerator(UInt64(problem.tokens * 31 + problem.heads))
    return random.floats(
      problem.tokens * 96 * problem.heads, in: -problem.scale...max(problem.scale, 0))
  }

  /// What the output must contain after the call, including gaps and whatever is not computed.
  private func expected(_ problem: Problem, _ qkv: [Float]) -> [Float] {
    let channels = 32 * problem.heads
    var reference = [Float](repeating: 0, count: problem.tokens * channels)
    var span = reference.mutableSpan
    attention(
      tokens: 0..<problem.tokens, of: qkv.span, channels: channels, headDimension: 32, into: &span)
    let pitch = channels + problem.gap
    var output = [Float](repeating: GuardedFloats.poison, count: outputCount(problem))
    for token in problem.queries {
      for c in problem.computedHeads.lowerBound * 32..<problem.computedHeads.upperBound * 32 {
        output[token * pitch + c] = reference[token * channels + c]
      }
    }
    return output
  }

  /// The output ends with the last real value, not with its gap.
  private func outputCount(_ problem: Problem) -> Int {
    (problem.tokens - 1) * (32 * problem.heads + problem.gap) + 32 * problem.heads
  }

  /// The output of `kernel`, after a check that nothing else changed.
  private func run(_ kernel: AttentionKernel, _ problem: Problem, _ qkv: [Float]) -> [Float] {
    let channels = 32 * problem.heads
    let pitch = 3 * channels + problem.gap
    var padded = [Float](repeating: .infinity, count: (problem.tokens - 1) * pitch + 3 * channels)
    for token in 0..<problem.tokens {
      for c in 0..<3 * channels { padded[token * pitch + c] = qkv[token * 3 * channels + c] }
    }
    let input = GuardedFloats(padded)
    let scratch = GuardedFloats(poisoned: kernel.scratchElements(tokens: problem.tokens))
    let output = GuardedFloats(poisoned: outputCount(problem))
    kernel.function(
      problem.queries.lowerBound, problem.queries.upperBound, problem.tokens,
      problem.computedHeads.lowerBound, problem.computedHeads.upperBound, channels,
      input.start, pitch, scratch.start, output.start, channels + problem.gap)
    #expect(input.canariesAreIntact && scratch.canariesAreIntact && output.canariesAreIntact)
    #expect(firstDifference(input.values, padded) == nil)
    return output.values
  }

  @Test(
    arguments: KernelCatalogue.generated.kernels(AttentionKernel.self).filter(
      \.instructionSet.runsHere
    ).map(\.name), problems)
  func matchesTheReference(name: String, problem: Problem) {
    let qkv = input(problem)
    let wanted = expected(problem, qkv)
    for kernel in KernelCatalogue.generated.kernels(AttentionKernel.self)
    where kernel.name == name && kernel.instructionSet.runsHere {
      let difference = firstDifference(run(kernel, problem, qkv), wanted)
      #expect(difference == nil, "\(kernel.instructionSet)")
    }
  }

  /// Infinities and NaNs in one token give the reference's values; a NaN may be any NaN.
  @Test(arguments: [Float.infinity, -.infinity, .nan, .greatestFiniteMagnitude, -0.0])
  func specialValues(value: Float) {
    let problem = Problem(19)
    for place in [3 * 96 + 5, 3 * 96 + 37, 3 * 96 + 70] {
      var qkv = input(problem)
      qkv[place] = value
      let wanted = expected(problem, qkv)
      for kernel in KernelCatalogue.generated.kernels(AttentionKernel.self)
      where kernel.instructionSet.runsHere {
        let difference = firstDifference(run(kernel, problem, qkv), wanted, anyNaN: true)
        #expect(difference == nil, "\(kernel.name) \(kernel.instructionSet) at \(place)")
      }
    }
  }

  @Test func everyInstructionSetHasOne() {
    for instructionSet in InstructionSet.all where instructionSet.runsHere {
      #expect(
        KernelCatalogue.generated.kernels(AttentionKernel.self).contains {
          $0.instructionSet == instructionSet
        })
    }
  }
}
