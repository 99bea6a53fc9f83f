/// The attention outputs of some tokens, all heads: softmax(q · kᵀ) · v.
///
/// The query scale is already part of the query weights. Order of operations, for each token and head:
/// every score is a chain of fused multiply-adds over the head's dimensions from zero; the largest
/// score is subtracted; exponentials are summed over ascending tokens; every value dimension is a
/// chain of fused multiply-adds over ascending tokens from zero, divided by that sum at the end.
///
/// - Parameters:
///   - tokens: those whose queries are answered.
///   - qkv: `[token][3][head][dimension]`: queries, keys and values side by side.
///   - channels: values per token, all heads together.
///   - headDimension: values per head; divides `channels`.
///   - output: `[token][head][dimension]`, only of `tokens`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
package func attention<Scalar: ReferenceScalar>(
  tokens: Range<Int>, of qkv: Span<Scalar>, channels: Int, headDimension: Int,
  into output: inout MutableSpan<Scalar>
) {
  let pitch = 3 * channels
  let count = qkv.count / pitch
  var weights = [Scalar](repeating: 0, count: count)
  for token in tokens {
    for head in stride(from: 0, to: channels, by: headDimension) {
      let query = token * pitch + head
      var largest = -Scalar.infinity
      for other in 0..<count {
        let key = other * pitch + channels + head
        var score: Scalar = 0
        for d in 0..<headDimension { score.addProduct(qkv[query + d], qkv[key + d]) }
        weights[other] = score
        if score > largest { largest = score }
      }
      var total: Scalar = 0
      for other in 0..<count {
        weights[other] = Scalar.exponential(weights[other] - largest)
        total += weights[other]
      }
      let target = (token - tokens.lowerBound) * channels + head
      for d in 0..<headDimension {
        var sum: Scalar = 0
        for other in 0..<count {
          sum.addProduct(weights[other], qkv[other * pitch + 2 * channels + head + d])
        }
        output[target + d] = sum / total
      }
    }
  }
}
