#if arch(x86_64)
  import CPUShims
#endif

/// The vector instruction sets that this machine has and the operating system supports; of the others,
/// why not.
package struct InstructionSupport: Sendable, Equatable {
  /// What keeps this process from x86-64-v3: AVX2, fused multiply-add, bit manipulation. Nil where
  /// nothing does.
  package let obstacleToAVX2: String?

  /// What keeps this process from x86-64-v4: AVX-512 foundation with byte, word, doubleword, conflict
  /// and short-vector extensions. Nil where nothing does.
  package let obstacleToAVX512: String?

  /// What keeps this process from AArch64's Advanced SIMD, which every such CPU has. Nil where nothing
  /// does.
  package let obstacleToNEON: String?

  /// Whether there is x86-64-v3.
  package var hasAVX2: Bool { obstacleToAVX2 == nil }

  /// Whether there is x86-64-v4.
  package var hasAVX512: Bool { obstacleToAVX512 == nil }

  /// Whether there is AArch64's Advanced SIMD.
  package var hasNEON: Bool { obstacleToNEON == nil }

  /// This machine's, read once.
  package static let current: InstructionSupport = {
    #if arch(x86_64)
      return InstructionSupport(reading: .live)
    #elseif arch(arm64)
      return InstructionSupport(
        obstacleToAVX2: otherThanX86, obstacleToAVX512: otherThanX86, obstacleToNEON: nil)
    #else
      return InstructionSupport(
        obstacleToAVX2: otherThanX86, obstacleToAVX512: otherThanX86,
        obstacleToNEON: otherThanAArch64)
    #endif
  }()

  private static let otherThanX86 = "needs an x86-64 CPU"
  private static let otherThanAArch64 = "needs an AArch64 CPU"

  private init(obstacleToAVX2: String?, obstacleToAVX512: String?, obstacleToNEON: String?) {
    self.obstacleToAVX2 = obstacleToAVX2
    self.obstacleToAVX512 = obstacleToAVX512
    self.obstacleToNEON = obstacleToNEON
  }

  /// What an x86-64 CPU reports. A feature counts only where the operating system saves the registers
  /// it uses; otherwise the first such instruction ends the process.
  init(reading identification: X86Identification) {
    let highest = identification.leaf(0, 0).eax
    let basic = identification.leaf(1, 0)
    let extended = highest >= 7 ? identification.leaf(7, 0) : .zero
    let highestAMD = identification.leaf(0x8000_0000, 0).eax
    let amd = highestAMD >= 0x8000_0001 ? identification.leaf(0x8000_0001, 0) : .zero

    let hasXGETBV = basic.ecx.hasBit(27)
    let saved = hasXGETBV ? identification.controlRegister() : 0

    let level3 =
      basic.ecx.missing([("FMA", 12), ("MOVBE", 22), ("AVX", 28), ("F16C", 29)])
      + extended.ebx.missing([("BMI1", 3), ("AVX2", 5), ("BMI2", 8)])
      + amd.ecx.missing([("LZCNT", 5)])
    let level4 =
      level3
      + extended.ebx.missing([
        ("AVX512F", 16), ("AVX512DQ", 17), ("AVX512CD", 28), ("AVX512BW", 30), ("AVX512VL", 31),
      ])
    self.init(
      obstacleToAVX2: Self.obstacle(missing: level3, isSaved: saved & 0b110 == 0b110),
      obstacleToAVX512: Self.obstacle(
        missing: level4, isSaved: saved & 0b1110_0110 == 0b1110_0110),
      obstacleToNEON: Self.otherThanAArch64)
  }

  private static func obstacle(missing features: [String], isSaved: Bool) -> String? {
    guard features.isEmpty else {
      return "the CPU or its virtual machine lacks " + features.joined(separator: ", ")
    }
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

  /// The names of the features whose bits are not set.
  fileprivate func missing(_ features: [(name: String, bit: Int)]) -> [String] {
    features.filter { !hasBit($0.bit) }.map(\.name)
  }
}
