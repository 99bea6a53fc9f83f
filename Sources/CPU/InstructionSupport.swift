#if arch(x86_64)
  import CPUShims
#endif

/// The vector instruction sets that this machine has and the operating system supports.
package struct InstructionSupport: Sendable, Equatable {
  /// x86-64-v3: AVX2, fused multiply-add, bit manipulation.
  package let hasAVX2: Bool

  /// x86-64-v4: AVX-512 foundation with byte, word, doubleword, conflict and short-vector extensions.
  package let hasAVX512: Bool

  /// AArch64's Advanced SIMD, which every such CPU has.
  package let hasNEON: Bool

  /// This machine's, read once.
  package static let current: InstructionSupport = {
    #if arch(x86_64)
      return InstructionSupport(reading: .live)
    #elseif arch(arm64)
      return InstructionSupport(hasAVX2: false, hasAVX512: false, hasNEON: true)
    #else
      return InstructionSupport(hasAVX2: false, hasAVX512: false, hasNEON: false)
    #endif
  }()

  init(hasAVX2: Bool, hasAVX512: Bool, hasNEON: Bool) {
    self.hasAVX2 = hasAVX2
    self.hasAVX512 = hasAVX512
    self.hasNEON = hasNEON
  }

  /// What an x86-64 CPU reports. A feature counts only where the operating system saves the registers
  /// it uses; otherwise the first such instruction ends the process.
  init(reading identification: X86Identification) {
    let highest = identification.leaf(0, 0).eax
    let basic = identification.leaf(1, 0)
    let extended = highest >= 7 ? identification.leaf(7, 0) : .zero
    let highestAMD = identification.leaf(0x8000_0000, 0).eax
    let amd = highestAMD >= 0x8000_0001 ? identification.leaf(0x8000_0001, 0) : .zero

    let hasXGETBV = basic.ecx.hasBits(27)
    let saved = hasXGETBV ? identification.controlRegister() : 0
    let savesAVX = saved & 0b110 == 0b110
    let savesAVX512 = saved & 0b1110_0110 == 0b1110_0110

    // FMA, MOVBE, AVX, F16C; BMI1, AVX2, BMI2; LZCNT.
    hasAVX2 =
      savesAVX && basic.ecx.hasBits(12, 22, 28, 29) && extended.ebx.hasBits(3, 5, 8)
      && amd.ecx.hasBits(5)
    // AVX512F, DQ, CD, BW, VL.
    hasAVX512 = hasAVX2 && savesAVX512 && extended.ebx.hasBits(16, 17, 28, 30, 31)
    hasNEON = false
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
  /// Whether all of these bits are set.
  fileprivate func hasBits(_ bits: Int...) -> Bool {
    bits.allSatisfy { self >> $0 & 1 == 1 }
  }
}
