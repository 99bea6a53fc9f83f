import Foundation

/// Memory for the values of an operand of kernels, between two guards that kernels must not write.
final class FloatBuffer: @unchecked Sendable {
  /// The first value. Threads that share a buffer must not write the same values.
  let pointer: UnsafeMutablePointer<Float>
  let count: Int

  private let base: UnsafeMutablePointer<Float>

  /// Values of each guard; whole cache lines.
  private static let guardCount = 64

  /// A value that no kernel computes: a NaN with a mark.
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

  /// Fills everything but the guards with poison.
  func poison() {
    pointer.update(repeating: Self.poison, count: count)
  }

  /// Whether both guards are unchanged.
  var isGuarded: Bool {
    let after = base + Self.guardCount + count
    return (0..<Self.guardCount).allSatisfy {
      base[$0].bitPattern == Self.poison.bitPattern
        && after[$0].bitPattern == Self.poison.bitPattern
    }
  }
}
