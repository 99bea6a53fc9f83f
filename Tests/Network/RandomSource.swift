import FastViTTestSupport
import Synchronization

@testable import FastViTNetwork

/// Tensors of ones that count how often each row is read.
final class CountingSource: ParameterSource {
  let label = "counting"
  private let counts = Mutex<[String: [Int]]>([:])

  /// How often each row was read, by tensor.
  var reads: [String: [Int]] { counts.withLock { $0 } }

  func read<Scalar: BinaryFloatingPoint>(
    _ parameter: Parameter, rows: Range<Int>, into values: inout [Scalar]
  ) throws(NetworkError) {
    counts.withLock { counts in
      let none = [Int](repeating: 0, count: parameter.shape[0])
      for row in rows { counts[parameter.name, default: none][row] += 1 }
    }
    values = [Scalar](repeating: 1, count: parameter.elements(ofRows: rows).count)
  }
}

/// Random tensors by name, as a source for folding.
struct RandomSource: ParameterSource {
  let label = "random"

  func read<Scalar: BinaryFloatingPoint>(
    _ parameter: Parameter, rows: Range<Int>, into values: inout [Scalar]
  ) throws(NetworkError) {
    values = self[parameter][parameter.elements(ofRows: rows)].map { Scalar($0) }
  }

  subscript(parameter: Parameter) -> [Double] {
    let seed = parameter.name.utf8.reduce(UInt64(1)) { $0 &* 31 &+ UInt64($1) }
    var random = SeededGenerator(seed)
    let isVariance = parameter.name.hasSuffix("running_var")
    return random.doubles(parameter.elementCount, in: isVariance ? 0.2...3 : -1...1)
  }
}

/// Planar maps and the operations of the training-time network, written from their definitions; they
/// share nothing with the code under test.
struct PlanarMap {
  var channels: [[[Double]]]

  init(channels: Int, height: Int, width: Int, seed: UInt64) {
    var random = SeededGenerator(seed)
    self.channels = (0..<channels).map { _ in
      (0..<height).map { _ in random.doubles(width) }
    }
  }

  init(_ channels: [[[Double]]]) {
    self.channels = channels
  }

  var values: [Double] { channels.flatMap { $0.flatMap { $0 } } }

  /// A convolution as frameworks define it: zero padding of half the kernel.
  func convolved(_ weights: [Double], shape: [Int], bias: [Double]? = nil, stride: Int = 1) -> Self
  {
    let (outputs, inputs, k) = (shape[0], shape[1], shape[2])
    let outputsPerGroup = outputs / (channels.count / inputs)
    let (height, width) = (channels[0].count, channels[0][0].count)
    return PlanarMap(
      (0..<outputs).map { o in
        Swift.stride(from: 0, to: height, by: stride).map { y in
          Swift.stride(from: 0, to: width, by: stride).map { x in
            var sum = bias?[o] ?? 0
            for i in 0..<inputs {
              for (tap, weight) in weights[((o * inputs + i) * k * k)...].prefix(k * k).enumerated()
              {
                let (sy, sx) = (y + tap / k - k / 2, x + tap % k - k / 2)
                guard 0..<height ~= sy, 0..<width ~= sx else { continue }
                sum += weight * channels[o / outputsPerGroup * inputs + i][sy][sx]
              }
            }
            return sum
          }
        }
      })
  }

  /// (x − mean) / √(variance + 10⁻⁵) · weight + bias.
  func normalised(_ norm: BatchNormParameters, _ source: RandomSource) -> Self {
    let (weight, bias) = (source[norm.weight], source[norm.bias])
    let (mean, variance) = (source[norm.runningMean], source[norm.runningVariance])
    return map { c, x in
      (x - mean[c]) / (variance[c] + 1e-5).squareRoot() * weight[c] + bias[c]
    }
  }

  func scaled(_ factors: [Double]) -> Self { map { c, x in x * factors[c] } }

  func map(_ transform: (Int, Double) -> Double) -> Self {
    PlanarMap(channels.enumerated().map { c, rows in rows.map { $0.map { transform(c, $0) } } })
  }

  static func + (left: Self, right: Self) -> Self { combine(left, right, +) }
  static func - (left: Self, right: Self) -> Self { combine(left, right, -) }

  private static func combine(_ l: Self, _ r: Self, _ f: (Double, Double) -> Double) -> Self {
    PlanarMap(
      zip(l.channels, r.channels).map { zip($0, $1).map { zip($0, $1).map { f($0, $1) } } })
  }
}
