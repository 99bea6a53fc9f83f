import Testing

@testable import FastViTCPU

@Suite struct InstructionSupportTests {
  /// A CPU with all features of x86-64-v4 except `missing`, under an operating system that saves the
  /// registers whose bits are set in `saved`.
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

  /// Why AVX2's kernels cannot run, AVX-512's, and those of another architecture; nil where they can.
  private func obstacles(_ support: InstructionSupport) -> [String?] {
    [CPUFeature.x86Level3, CPUFeature.x86Level4, [.advancedSIMD]].map { support.obstacle(to: $0) }
  }

  @Test func everything() {
    #expect(obstacles(support()) == [nil, nil, "needs an AArch64 CPU"])
    #expect(support().obstacle(to: []) == nil)
  }

  @Test func theOperatingSystemMustSaveTheRegisters() {
    let unsaved = "the operating system does not save its registers"
    for saved: UInt64 in [0b111, 0b1100_0111] {
      #expect(obstacles(support(saved: saved))[..<2] == [nil, unsaved])
    }
    let halves: [UInt64] = [0b011, 0b101, 0b1110_0001]
    for none in halves.map({ support(saved: $0) }) + [support(missing: ("1.ecx", 27))] {
      #expect(obstacles(none)[..<2] == [unsaved, unsaved])
    }
  }

  @Test func missingFeaturesAreNamed() {
    let lacking = "the CPU or its virtual machine lacks "
    #expect(obstacles(support(missing: ("7.ebx", 30)))[1] == lacking + "AVX512BW")
    #expect(obstacles(support(highestLeaf: 5))[0] == lacking + "BMI1, AVX2, BMI2")
  }

  @Test(arguments: [16, 17, 28, 30, 31]) func eachPartOfV4IsNeeded(bit: Int) {
    let found = obstacles(support(missing: ("7.ebx", bit)))
    #expect(found[0] == nil && found[1] != nil)
  }

  @Test(arguments: [
    ("1.ecx", 12), ("1.ecx", 22), ("1.ecx", 28), ("1.ecx", 29), ("7.ebx", 3),
    ("7.ebx", 5), ("7.ebx", 8), ("amd.ecx", 5),
  ])
  func eachPartOfV3IsNeeded(register: String, bit: Int) {
    let found = obstacles(support(missing: (register, bit)))
    #expect(found[0] != nil && found[1] != nil)
  }

  @Test func oldCPUsWithoutTheLeaf() {
    #expect(obstacles(support(highestLeaf: 5))[0] != nil)
    #expect(obstacles(support(highestExtendedLeaf: 0x8000_0000))[0] != nil)
  }
}
