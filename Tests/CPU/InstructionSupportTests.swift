import Testing

@testable import CPU

@Suite struct InstructionSupportTests {
  /// A CPU with everything of x86-64-v4 but `missing`, under an operating system that saves `saved`.
  private func support(
    missing: (register: String, bit: Int)? = nil, saved: UInt64 = 0b1110_0111,
    highestLeaf: UInt32 = 7, highestExtendedLeaf: UInt32 = 0x8000_0008
  ) -> InstructionSupport {
    func bits(_ register: String, _ all: [Int]) -> UInt32 {
      all.filter { missing?.register != register || missing?.bit != $0 }
        .reduce(0) { $0 | 1 << UInt32($1) }
    }
    let basic = bits("1.ecx", [12, 22, 27, 28, 29])
    let extended = bits("7.ebx", [3, 5, 8, 16, 17, 28, 30, 31])
    let amd = bits("amd.ecx", [5])
    return InstructionSupport(
      reading: X86Identification(
        leaf: { leaf, _ in
          switch leaf {
          case 0: .init(eax: highestLeaf)
          case 1: .init(ecx: basic)
          case 7: .init(ebx: extended)
          case 0x8000_0000: .init(eax: highestExtendedLeaf)
          case 0x8000_0001: .init(ecx: amd)
          default: .zero
          }
        },
        controlRegister: { saved }))
  }

  @Test func everything() {
    let support = support()
    #expect(support.hasAVX2 && support.hasAVX512 && !support.hasNEON)
    #expect(support.obstacleToNEON == "needs an AArch64 CPU")
  }

  @Test func theOperatingSystemMustSaveTheRegisters() {
    for saved: UInt64 in [0b111, 0b1100_0111] {
      let support = support(saved: saved)
      #expect(support.hasAVX2)
      #expect(support.obstacleToAVX512 == "the operating system does not save its registers")
    }
    let halves: [UInt64] = [0b011, 0b101, 0b1110_0001]
    for none in halves.map({ support(saved: $0) }) + [support(missing: ("1.ecx", 27))] {
      #expect(none.obstacleToAVX2 == "the operating system does not save its registers")
      #expect(!none.hasAVX512)
    }
  }

  @Test func missingFeaturesAreNamed() {
    let support = support(missing: ("7.ebx", 30))
    #expect(support.obstacleToAVX512 == "the CPU or its virtual machine lacks AVX512BW")
    let old = self.support(highestLeaf: 5)
    #expect(old.obstacleToAVX2 == "the CPU or its virtual machine lacks BMI1, AVX2, BMI2")
  }

  @Test(arguments: [16, 17, 28, 30, 31]) func eachPartOfV4IsNeeded(bit: Int) {
    let support = support(missing: ("7.ebx", bit))
    #expect(support.hasAVX2 && !support.hasAVX512)
  }

  @Test(arguments: [
    ("1.ecx", 12), ("1.ecx", 22), ("1.ecx", 28), ("1.ecx", 29), ("7.ebx", 3),
    ("7.ebx", 5), ("7.ebx", 8), ("amd.ecx", 5),
  ])
  func eachPartOfV3IsNeeded(register: String, bit: Int) {
    let support = support(missing: (register, bit))
    #expect(!support.hasAVX2 && !support.hasAVX512)
  }

  @Test func oldCPUsWithoutTheLeaf() {
    #expect(!support(highestLeaf: 5).hasAVX2)
    #expect(!support(highestExtendedLeaf: 0x8000_0000).hasAVX2)
  }
}
