import Foundation

/// A logarithmic axis: equal distances are equal ratios.
struct LogarithmicAxis {
  /// The values at the ends of the axis; both are above zero.
  let values: ClosedRange<Double>

  /// The positions of the ends in pixels; `last` may be smaller than `first`.
  let pixels: (first: Double, last: Double)

  /// An axis that shows all values of `shown`, which are above zero, with a margin.
  init(showing shown: [Double], pixels: (first: Double, last: Double)) {
    let least = shown.min() ?? 1
    let most = shown.max() ?? 1
    values = least / Self.margin...most * Self.margin
    self.pixels = pixels
  }

  private static let margin = 1.5

  /// The position of `value` in pixels.
  func place(_ value: Double) -> Double {
    let part = log(value / values.lowerBound) / log(values.upperBound / values.lowerBound)
    return pixels.first + part * (pixels.last - pixels.first)
  }

  /// The pixels between a value and ten times that value.
  var decade: Double {
    (pixels.last - pixels.first) / log10(values.upperBound / values.lowerBound)
  }

  /// The round values on the axis: 1, 2 and 5 times every power of ten.
  var ticks: [Double] {
    let first = Int(log10(values.lowerBound).rounded(.down))
    let last = Int(log10(values.upperBound).rounded(.up))
    return (first...last).flatMap { power in [1, 2, 5].map { $0 * pow(10, Double(power)) } }
      .filter(values.contains)
  }
}
