import FastViTTestSupport
import Foundation
import Testing

@testable import FastViTOperations

@Suite struct AttentionTests {
  /// softmax(q · kᵀ) · v of one token and head, by the definition and without subtracting a maximum.
  private func expected(
    token: Int, head: Int, _ qkv: [Double], tokens: Int, heads: Int, dimension: Int
  ) -> [Double] {
    func part(_ part: Int, _ token: Int) -> ArraySlice<Double> {
      let start = ((token * 3 + part) * heads + head) * dimension
      return qkv[start..<start + dimension]
    }
    let exponentials = (0..<tokens).map { other in
      exp(zip(part(0, token), part(1, other)).reduce(0) { $0 + $1.0 * $1.1 })
    }
    let total = exponentials.reduce(0, +)
    return (0..<dimension).map { d in
      (0..<tokens).reduce(0) { sum, other in
        let values = part(2, other)
        return sum + exponentials[other] / total * values[values.startIndex + d]
      }
    }
  }

  @Test(arguments: [(1, 1, 32), (7, 2, 32), (64, 3, 32), (5, 2, 8)])
  func matchesTheDefinition(tokens: Int, heads: Int, dimension: Int) {
    var random = SeededGenerator(11)
    let channels = heads * dimension
    let qkv = random.doubles(tokens * 3 * channels)
    var found = [Double](repeating: .nan, count: tokens * channels)
    var span = found.mutableSpan
    attention(
      tokens: 0..<tokens, of: qkv.span, channels: channels, headDimension: dimension, into: &span)
    var wanted: [Double] = []
    for token in 0..<tokens {
      for head in 0..<heads {
        wanted += expected(
          token: token, head: head, qkv, tokens: tokens, heads: heads, dimension: dimension)
      }
    }
    #expect(relativeError(found, wanted) < 1e-13)

    var one = [Double](repeating: .nan, count: channels)
    var oneSpan = one.mutableSpan
    attention(
      tokens: tokens - 1..<tokens, of: qkv.span, channels: channels, headDimension: dimension,
      into: &oneSpan)
    #expect(one == Array(found.suffix(channels)))
  }

  @Test func largeScoresDoNotOverflow() {
    let qkv = [Float](repeating: 100, count: 2 * 3 * 32)
    var found = [Float](repeating: .nan, count: 64)
    var span = found.mutableSpan
    attention(tokens: 0..<2, of: qkv.span, channels: 32, headDimension: 32, into: &span)
    #expect(found == [Float](repeating: 100, count: 64))
  }
}
