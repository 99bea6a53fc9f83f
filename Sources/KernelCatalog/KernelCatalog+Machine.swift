import CPU
import KernelContract

extension KernelCatalog {
  /// Whether this machine and its operating system can run kernels of `instructionSet`.
  package static func isAvailable(_ instructionSet: InstructionSet) -> Bool {
    obstacle(to: instructionSet) == nil
  }

  /// Why this machine or its operating system cannot run kernels of `instructionSet`, for a person to
  /// read; nil where it can.
  package static func obstacle(to instructionSet: InstructionSet) -> String? {
    switch instructionSet {
    case .avx512: InstructionSupport.current.obstacleToAVX512
    case .avx2: InstructionSupport.current.obstacleToAVX2
    case .neon: InstructionSupport.current.obstacleToNEON
    case .portable: nil
    }
  }

  /// The best instruction set that this machine can run.
  package static let best: InstructionSet =
    InstructionSet.allCases.first(where: isAvailable) ?? .portable
}
