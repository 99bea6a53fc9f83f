import Foundation

/// An axis on which equal distances are equal ratios.
struct LogarithmicAxis {
  /// The values at the ends; above zero.
  let values: ClosedRange<Double>

  /// The places of the ends, in pixels; the second may be the smaller.
  let pixels: (first: Double, last: Double)

  /// An axis that shows all of `shown`, which are above zero, and a little more.
  init(showing shown: [Double], pixels: (first: Double, last: Double)) {
    let least = shown.min() ?? 1
    let most = shown.max() ?? 1
    values = least / Self.margin...most * Self.margin
    self.pixels = pixels
  }

  private static let margin = 1.5

  /// Where `value` lies.
  func place(_ value: Double) -> Double {
    let part = log(value / values.lowerBound) / log(values.upperBound / values.lowerBound)
    return pixels.first + part * (pixels.last - pixels.first)
  }

  /// Pixels from a value to its tenfold.
  var decade: Double {
    (pixels.last - pixels.first) / log10(values.upperBound / values.lowerBound)
  }

  /// Round values on the axis: 1, 2 and 5 of every power of ten.
  var ticks: [Double] {
    let first = Int(log10(values.lowerBound).rounded(.down))
    let last = Int(log10(values.upperBound).rounded(.up))
    return (first...last).flatMap { power in [1, 2, 5].map { $0 * pow(10, Double(power)) } }
      .filter(values.contains)
  }
}
