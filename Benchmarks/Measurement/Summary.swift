/// Robust statistics of repeated measurements, which a few disturbed ones do not move.
struct Summary: Sendable, Equatable {
  let median: Double

  /// Median absolute deviation from the median.
  let deviation: Double
  let mean: Double

  /// Of the samples, with one degree of freedom fewer than samples.
  let standardDeviation: Double

  /// - Parameter samples: at least one.
  init(_ samples: [Double]) {
    median = Self.median(samples)
    deviation = Self.median(samples.map { [median] in abs($0 - median) })
    let count = Double(samples.count)
    mean = samples.reduce(0, +) / count
    let squares = samples.reduce(0) { [mean] in $0 + ($1 - mean) * ($1 - mean) }
    standardDeviation = samples.count > 1 ? (squares / (count - 1)).squareRoot() : 0
  }

  /// The deviation as a part of the median.
  var relativeDeviation: Double { deviation / median }

  /// The middle of `samples`, or the mean of the two in the middle.
  static func median(_ samples: [Double]) -> Double {
    precondition(!samples.isEmpty)
    let sorted = samples.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
