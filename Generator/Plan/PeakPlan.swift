/// One kernel of the peak family.
struct PeakRow: Sendable {
  let target: Target
  /// Independent sums, all in registers.
  let sums: Int
}

extension PeakFamily {
  /// The kernels that are generated. Two multiply-add units with a latency of four cycles need eight sums,
  /// four units sixteen; some more hide the end of a turn of the loop.
  static let committedRows = [
    PeakRow(target: .avx512, sums: 16),
    PeakRow(target: .avx2, sums: 12),
    PeakRow(target: .neon, sums: 24),
    PeakRow(target: .portable, sums: 4),
  ]
}
