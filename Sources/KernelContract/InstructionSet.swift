/// The instruction sets that kernels are generated for, best first.
package enum InstructionSet: String, Sendable, Hashable, CaseIterable {
  /// x86-64-v4: 512-bit vectors.
  case avx512
  /// x86-64-v3: 256-bit vectors and fused multiply-add.
  case avx2
  /// AArch64: 128-bit vectors.
  case neon
  /// What every CPU of the architecture has; correct anywhere.
  case portable

  /// Values of `Float` in one vector.
  package var lanes: Int {
    switch self {
    case .avx512: 16
    case .avx2, .portable: 8
    case .neon: 4
    }
  }

  /// Vector registers.
  package var registers: Int {
    switch self {
    case .avx512, .neon: 32
    case .avx2, .portable: 16
    }
  }
}
