import Foundation
import KernelContract

extension InstructionSet {
  /// Whether kernels for this instruction set run on the machine that tests.
  var runsHere: Bool {
    #if arch(x86_64)
      switch self {
      case .avx512:
        Self.flags.isSuperset(of: ["avx512f", "avx512bw", "avx512dq", "avx512vl", "fma"])
      case .avx2: Self.flags.isSuperset(of: ["avx2", "fma", "bmi2"])
      case .neon: false
      case .portable: true
      }
    #elseif arch(arm64)
      self == .neon || self == .portable
    #else
      self == .portable
    #endif
  }

  /// What Linux says of the first processor.
  private static let flags: Set<String> = {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("flags") } ?? ""
    return Set(line.split(separator: " ").map(String.init))
  }()
}
