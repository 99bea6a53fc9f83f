import CPU
import KernelContract

extension KernelCatalog {
  /// Whether this machine and its operating system can run kernels of `instructionSet`.
  package static func isAvailable(_ instructionSet: InstructionSet) -> Bool {
    switch instructionSet {
    case .avx512: InstructionSupport.current.hasAVX512
    case .avx2: InstructionSupport.current.hasAVX2
    case .neon: InstructionSupport.current.hasNEON
    case .portable: true
    }
  }

  /// The best instruction set that this machine can run.
  package static let best: InstructionSet =
    InstructionSet.allCases.first(where: isAvailable) ?? .portable
}
