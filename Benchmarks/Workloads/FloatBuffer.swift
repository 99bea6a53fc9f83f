import Foundation

/// Values at a place that kernels can be given, between two guards that they must not touch.
final class FloatBuffer: @unchecked Sendable {
  /// Whoever shares a buffer among threads sees to it that no two write the same values.
  let pointer: UnsafeMutablePointer<Float>
  let count: Int

  private let base: UnsafeMutablePointer<Float>

  /// Values of each guard; whole cache lines.
  private static let guardCount = 64

  /// What no kernel writes by itself: a NaN with a mark.
  static let poison = Float(bitPattern: 0x7FC0_BEEF)

  /// A buffer full of poison, aligned to a cache line.
  init(count: Int) {
    self.count = count
    let all = count + 2 * Self.guardCount
    let bytes = (all * MemoryLayout<Float>.stride + 63) / 64 * 64
    guard let memory = aligned_alloc(64, bytes) else {
      preconditionFailure("no memory for \(bytes) bytes")
    }
    base = memory.bindMemory(to: Float.self, capacity: all)
    base.initialize(repeating: Self.poison, count: all)
    pointer = base + Self.guardCount
  }

  /// A buffer that holds `values`.
  convenience init(_ values: [Float]) {
    self.init(count: values.count)
    for (index, value) in values.enumerated() { pointer[index] = value }
  }

  deinit {
    free(base)
  }

  /// The values to read from.
  var reading: UnsafePointer<Float> { UnsafePointer(pointer) }

  /// Fills everything but the guards with poison.
  func poison() {
    pointer.update(repeating: Self.poison, count: count)
  }

  /// Whether both guards are as they were.
  var isGuarded: Bool {
    let after = base + Self.guardCount + count
    return (0..<Self.guardCount).allSatisfy {
      base[$0].bitPattern == Self.poison.bitPattern
        && after[$0].bitPattern == Self.poison.bitPattern
    }
  }
}
