/// Statistics of repeated measurements. A few disturbed samples hardly change the median and its
/// deviation; the mean and the standard deviation show how large the disturbance is.
package struct Summary: Sendable, Equatable {
  /// The samples in ascending order.
  private let sorted: [Double]

  /// The middle sample, or the mean of the two middle samples.
  package let median: Double

  /// The median of the absolute deviations from the median.
  package let deviation: Double

  /// The sum of the samples divided by their number.
  package let mean: Double

  /// The standard deviation of the samples with `count - 1` degrees of freedom; 0 for a single sample.
  package let standardDeviation: Double

  /// Statistics of `samples`.
  ///
  /// - Parameter samples: at least one value; all finite.
  package init(_ samples: [Double]) {
    precondition(samples.allSatisfy(\.isFinite))
    sorted = samples.sorted()
    median = Self.median(samples)
    deviation = Self.median(samples.map { [median] in abs($0 - median) })
    let count = Double(samples.count)
    mean = samples.reduce(0, +) / count
    let squares = samples.reduce(0) { [mean] in $0 + ($1 - mean) * ($1 - mean) }
    standardDeviation = samples.count > 1 ? (squares / (count - 1)).squareRoot() : 0
  }

  /// The number of samples.
  package var count: Int { sorted.count }

  /// The smallest sample.
  package var minimum: Double { sorted[0] }

  /// The largest sample.
  package var maximum: Double { sorted[count - 1] }

  /// The deviation divided by the median.
  package var relativeDeviation: Double { deviation / median }

  /// The percentile by nearest rank: the smallest sample that at least `percent` percent of all samples
  /// do not exceed. It is always a measured sample.
  ///
  /// - Parameter percent: above 0, at most 100.
  package func percentile(_ percent: Int) -> Double {
    precondition((1...100).contains(percent))
    return sorted[(count * percent + 99) / 100 - 1]
  }

  /// The middle one of `samples`, or the mean of the two middle ones.
  ///
  /// - Parameter samples: at least one value.
  package static func median(_ samples: [Double]) -> Double {
    precondition(!samples.isEmpty)
    let sorted = samples.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
