import Foundation

/// `count` in millions with two decimals.
func millions(_ count: Int) -> String { String(format: "%.2f", Double(count) / 1e6) }

/// `count` in billions with three decimals.
func billions(_ count: Int) -> String { String(format: "%.3f", Double(count) / 1e9) }

/// `count` bytes in KiB with one decimal.
func kibibytes(_ count: Int) -> String { String(format: "%.1f", Double(count) / 1024) }

/// `value` with `digits` digits after the point.
func decimals(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

/// `1 thread`, `2 threads`.
func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
