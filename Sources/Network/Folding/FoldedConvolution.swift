import FastViTFiles

/// A convolution with bias in `Double`, before the one rounding to the network's precision.
///
/// Weights are `[output][input of the group][ky][kx]`.
package struct FoldedConvolution: Sendable, Equatable {
  package let outputs: Int
  package let inputsPerGroup: Int
  package let kernel: Int
  package var weights: [Double]
  package var bias: [Double]

  /// A convolution of `shape`, `[outputs, inputs per group, kernel, kernel]`; without `bias` its biases are
  /// zero.
  package init(shape: [Int], weights: [Double], bias: [Double]? = nil) {
    precondition(shape.count == 4 && shape[2] == shape[3])
    precondition(weights.count == shape.reduce(1, *))
    outputs = shape[0]
    inputsPerGroup = shape[1]
    kernel = shape[2]
    self.weights = weights
    self.bias = bias ?? [Double](repeating: 0, count: shape[0])
    precondition(self.bias.count == outputs)
  }

  package var shape: [Int] { [outputs, inputsPerGroup, kernel, kernel] }

  /// Output channels `outputs` of the convolution of `shape` that returns its input: 1 at the centre of
  /// each output's own input, 0 elsewhere.
  package static func identity(shape: [Int], outputs: Range<Int>) -> FoldedConvolution {
    let taps = shape[2] * shape[3]
    var weights = [Double](repeating: 0, count: outputs.count * shape[1] * taps)
    for (row, output) in outputs.enumerated() {
      weights[(row * shape[1] + output % shape[1]) * taps + taps / 2] = 1
    }
    return FoldedConvolution(shape: [outputs.count] + shape.dropFirst(), weights: weights)
  }

  /// The convolution followed by `norm`.
  package consuming func followed(by norm: BatchNorm) -> FoldedConvolution {
    var folded = scaled(by: norm.scale)
    for o in folded.bias.indices { folded.bias[o] += norm.shift[o] }
    return folded
  }

  /// The convolution with every output, bias included, times its factor.
  package consuming func scaled(by factors: [Double]) -> FoldedConvolution {
    weights.scaleRows(by: factors)
    bias.scaleRows(by: factors)
    return self
  }

  /// The same convolution with a larger odd kernel, zero around the centre.
  package consuming func padded(toKernel larger: Int) -> FoldedConvolution {
    guard larger != kernel else { return self }
    precondition(larger > kernel && (larger - kernel) % 2 == 0)
    let margin = (larger - kernel) / 2
    let filters = outputs * inputsPerGroup
    var padded = [Double](repeating: 0, count: filters * larger * larger)
    for filter in 0..<filters {
      for ky in 0..<kernel {
        for kx in 0..<kernel {
          let target = (filter * larger + ky + margin) * larger + kx + margin
          padded[target] = weights[(filter * kernel + ky) * kernel + kx]
        }
      }
    }
    return FoldedConvolution(
      shape: [outputs, inputsPerGroup, larger, larger], weights: padded, bias: bias)
  }

  /// The sum of two convolutions on the same input, the smaller kernel padded.
  package static func + (
    left: consuming FoldedConvolution, right: consuming FoldedConvolution
  ) -> FoldedConvolution {
    combine(left, right, +)
  }

  /// The difference of two convolutions on the same input, the smaller kernel padded.
  package static func - (
    left: consuming FoldedConvolution, right: consuming FoldedConvolution
  ) -> FoldedConvolution {
    combine(left, right, -)
  }

  private static func combine(
    _ left: consuming FoldedConvolution, _ right: consuming FoldedConvolution,
    _ operation: (Double, Double) -> Double
  ) -> FoldedConvolution {
    let kernel = max(left.kernel, right.kernel)
    var result = left.padded(toKernel: kernel)
    let other = right.padded(toKernel: kernel)
    precondition(result.shape == other.shape)
    for i in result.weights.indices {
      result.weights[i] = operation(result.weights[i], other.weights[i])
    }
    for o in result.bias.indices { result.bias[o] = operation(result.bias[o], other.bias[o]) }
    return result
  }
}

/// A batch normalisation at inference: one scale and one shift per channel.
package struct BatchNorm: Sendable, Equatable {
  package let scale: [Double]
  package let shift: [Double]

  /// What is added to the variance, in every FastViT.
  package static let epsilon = 1e-5

  package init(weight: [Double], bias: [Double], mean: [Double], variance: [Double]) {
    scale = zip(weight, variance).map { $0 / ($1 + Self.epsilon).squareRoot() }
    shift = zip(bias, zip(mean, scale)).map { $0 - $1.0 * $1.1 }
  }
}
