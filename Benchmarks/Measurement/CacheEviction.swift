import CPU

/// Empties the caches of what was computed before, by reading something larger than all of them.
final class CacheEviction {
  private let values: [UInt64]

  init() {
    let largest = CacheHierarchy.current.largestBytes ?? 64 << 20
    let bytes = min(max(2 * largest, 32 << 20), 1 << 30)
    // Pages that are never written all lie in the same zero page.
    values = (0..<bytes / 8).map { UInt64($0) }
  }

  func run() {
    var sum: UInt64 = 0
    for index in stride(from: 0, to: values.count, by: 8) { sum &+= values[index] }
    if sum == 42 { print("") }
  }
}
