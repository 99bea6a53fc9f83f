#if arch(x86_64)
  import FastViTCPUShims
#endif

/// A property of a CPU that kernels may need.
package enum CPUFeature: String, Sendable, Hashable, CaseIterable {
  case fma = "FMA"
  case movbe = "MOVBE"
  case avx = "AVX"
  case f16c = "F16C"
  case bmi1 = "BMI1"
  case avx2 = "AVX2"
  case bmi2 = "BMI2"
  case lzcnt = "LZCNT"
  case avx512f = "AVX512F"
  case avx512dq = "AVX512DQ"
  case avx512cd = "AVX512CD"
  case avx512bw = "AVX512BW"
  case avx512vl = "AVX512VL"
  /// AArch64's vectors of 128 bits, which every such CPU has.
  case advancedSIMD = "Advanced SIMD"

  /// What x86-64-v3 adds: AVX2, fused multiply-add, bit manipulation.
  package static let x86Level3: [CPUFeature] = [
    .fma, .movbe, .avx, .f16c, .bmi1, .avx2, .bmi2, .lzcnt,
  ]

  /// What x86-64-v4 adds to that: AVX-512 foundation with byte, word, doubleword, conflict and short-vector
  /// extensions.
  package static let x86Level4 =
    x86Level3 + [.avx512f, .avx512dq, .avx512cd, .avx512bw, .avx512vl]

  /// Whose it is.
  fileprivate var architecture: String { self == .advancedSIMD ? "AArch64" : "x86-64" }

  /// Whether it uses registers of 512 bits.
  fileprivate var isOfAVX512: Bool { rawValue.hasPrefix("AVX512") }
}

/// A set of features.
package struct CPUFeatures: Sendable, Hashable {
  /// A bit per case, in the order of the cases.
  private let bits: UInt64

  package init(_ features: [CPUFeature]) {
    bits = CPUFeature.allCases.enumerated().reduce(0) { bits, one in
      features.contains(one.element) ? bits | 1 << UInt64(one.offset) : bits
    }
  }

  /// The features, in the order of the cases.
  package var all: [CPUFeature] {
    CPUFeature.allCases.enumerated().filter { bits >> UInt64($0.offset) & 1 == 1 }.map(\.element)
  }
}

/// What this machine has and its operating system supports of what kernels may need.
package struct InstructionSupport: Sendable, Equatable {
  private let features: Set<CPUFeature>

  /// `x86-64`, `AArch64`, or another.
  private let architecture: String

  /// Whether the operating system saves the registers of 256 bits.
  private let savesAVX: Bool

  /// Whether the operating system saves the registers of 512 bits.
  private let savesAVX512: Bool

  /// The support on this machine, read once.
  package static let current: InstructionSupport = {
    #if arch(x86_64)
      return InstructionSupport(reading: .live)
    #elseif arch(arm64)
      return InstructionSupport(architecture: "AArch64", features: [.advancedSIMD])
    #else
      return InstructionSupport(architecture: "another", features: [])
    #endif
  }()

  init(
    architecture: String, features: Set<CPUFeature>, savesAVX: Bool = false,
    savesAVX512: Bool = false
  ) {
    self.architecture = architecture
    self.features = features
    self.savesAVX = savesAVX
    self.savesAVX512 = savesAVX512
  }

  /// What an x86-64 CPU reports.
  init(reading identification: X86Identification) {
    let highest = identification.leaf(0, 0).eax
    let basic = identification.leaf(1, 0)
    let extended = highest >= 7 ? identification.leaf(7, 0) : .zero
    let highestAMD = identification.leaf(0x8000_0000, 0).eax
    let amd = highestAMD >= 0x8000_0001 ? identification.leaf(0x8000_0001, 0) : .zero
    let hasXGETBV = basic.ecx.hasBit(27)
    let saved = hasXGETBV ? identification.controlRegister() : 0
    let found =
      basic.ecx.features([(.fma, 12), (.movbe, 22), (.avx, 28), (.f16c, 29)])
      + extended.ebx.features([
        (.bmi1, 3), (.avx2, 5), (.bmi2, 8), (.avx512f, 16), (.avx512dq, 17), (.avx512cd, 28),
        (.avx512bw, 30), (.avx512vl, 31),
      ]) + amd.ecx.features([(.lzcnt, 5)])
    self.init(
      architecture: "x86-64", features: Set(found), savesAVX: saved & 0b110 == 0b110,
      savesAVX512: saved & 0b1110_0110 == 0b1110_0110)
  }

  /// What keeps this process from using all of `required`; nil where nothing does.
  ///
  /// A feature counts only where the operating system saves the registers it uses; otherwise the first such
  /// instruction ends the process.
  package func obstacle(to required: [CPUFeature]) -> String? {
    if let other = required.first(where: { $0.architecture != architecture }) {
      return "needs an \(other.architecture) CPU"
    }
    let missing = required.filter { !features.contains($0) }
    guard missing.isEmpty else {
      return "the CPU or its virtual machine lacks "
        + missing.map(\.rawValue).joined(separator: ", ")
    }
    let isSaved =
      required.contains(where: \.isOfAVX512)
      ? savesAVX512 : savesAVX || !required.contains(.avx)
    return isSaved ? nil : "the operating system does not save its registers"
  }
}

/// How an x86-64 CPU describes itself; replaced in tests.
struct X86Identification: Sendable {
  /// The four registers of CPUID.
  struct Registers: Sendable {
    var eax: UInt32 = 0
    var ebx: UInt32 = 0
    var ecx: UInt32 = 0
    var edx: UInt32 = 0

    static let zero = Registers()
  }

  /// CPUID of a leaf and subleaf.
  let leaf: @Sendable (_ leaf: UInt32, _ subleaf: UInt32) -> Registers

  /// Extended control register 0.
  let controlRegister: @Sendable () -> UInt64

  #if arch(x86_64)
    static let live = X86Identification(
      leaf: { leaf, subleaf in
        let r = fastvit_cpuid(leaf, subleaf)
        return Registers(eax: r.eax, ebx: r.ebx, ecx: r.ecx, edx: r.edx)
      },
      controlRegister: { fastvit_xgetbv() })
  #endif
}

extension UInt32 {
  fileprivate func hasBit(_ bit: Int) -> Bool { self >> bit & 1 == 1 }

  /// Those of `features` whose bits are set.
  fileprivate func features(_ features: [(feature: CPUFeature, bit: Int)]) -> [CPUFeature] {
    features.filter { hasBit($0.bit) }.map(\.feature)
  }
}
