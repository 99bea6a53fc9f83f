/// Statistics of repeated measurements: robust ones, which a few disturbed samples do not move, and
/// those that say how disturbed they were.
package struct Summary: Sendable, Equatable {
  /// The samples in ascending order.
  private let sorted: [Double]

  /// The middle of the samples, or the mean of the two in the middle.
  package let median: Double

  /// Median absolute deviation from the median.
  package let deviation: Double

  /// The sum of the samples divided by their number.
  package let mean: Double

  /// Of the samples, with one degree of freedom fewer than samples.
  package let standardDeviation: Double

  /// - Parameter samples: at least one, all finite.
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

  /// Samples.
  package var count: Int { sorted.count }

  /// The smallest sample.
  package var minimum: Double { sorted[0] }

  /// The largest sample.
  package var maximum: Double { sorted[count - 1] }

  /// The deviation as a part of the median.
  package var relativeDeviation: Double { deviation / median }

  /// The percentile by nearest rank: the smallest sample that at least `percent` percent of all samples
  /// do not exceed, so always one that was measured.
  ///
  /// - Parameter percent: above 0, at most 100.
  package func percentile(_ percent: Int) -> Double {
    precondition((1...100).contains(percent))
    return sorted[(count * percent + 99) / 100 - 1]
  }

  /// The middle of `samples`, of which there is at least one, or the mean of the two in the middle.
  package static func median(_ samples: [Double]) -> Double {
    precondition(!samples.isEmpty)
    let sorted = samples.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
