/// The attention output of one token, all heads: softmax(q · kᵀ) · v.
///
/// The query scale is already part of the query weights. Order of operations, for each head: every
/// score is a chain of fused multiply-adds over the head's dimensions from zero; the largest score is
/// subtracted; exponentials are summed over ascending tokens; every value dimension is a chain of
/// fused multiply-adds over ascending tokens from zero, divided by that sum at the end.
///
/// - Parameters:
///   - token: the query's token.
///   - qkv: `[token][3][head][dimension]`: queries, keys and values side by side.
///   - headDimension: values a head; divides a third of a token's values.
///   - output: the token's values, `[head][dimension]`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
package func attentionToken<Scalar: ReferenceScalar>(
  _ token: Int, of qkv: Span<Scalar>, headDimension: Int, into output: inout MutableSpan<Scalar>
) {
  let channels = output.count
  let pitch = 3 * channels
  let tokens = qkv.count / pitch
  var weights = [Scalar](repeating: 0, count: tokens)
  for head in stride(from: 0, to: channels, by: headDimension) {
    let query = token * pitch + head
    var largest = -Scalar.infinity
    for other in 0..<tokens {
      let key = other * pitch + channels + head
      var score: Scalar = 0
      for d in 0..<headDimension { score.addProduct(qkv[query + d], qkv[key + d]) }
      weights[other] = score
      largest = Swift.max(largest, score)
    }
    var total: Scalar = 0
    for other in 0..<tokens {
      weights[other] = Scalar.exponential(weights[other] - largest)
      total += weights[other]
    }
    for d in 0..<headDimension {
      var sum: Scalar = 0
      for other in 0..<tokens {
        sum.addProduct(weights[other], qkv[other * pitch + 2 * channels + head + d])
      }
      output[head + d] = sum / total
    }
  }
}
