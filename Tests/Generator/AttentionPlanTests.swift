import FastViTOperations
import Testing

@testable import FastViTKernelGenerator

@Suite struct AttentionPlanTests {
  private func family(_ target: Target, _ keys: Int, _ vectors: Int) -> AttentionFamily {
    AttentionFamily(rows: [
      AttentionRow(target: target, headDimension: 32, keys: keys, vectors: vectors)
    ])
  }

  @Test func aNewRowMakesAKernelAndItsScratch() throws {
    let family = family(.avx2, 8, 1)
    #expect(
      try family.files(for: .avx2).map(\.path) == ["Kernels/AVX2/attention32_f32_8x1v.swift"])
    let entry = try #require(try family.entries(for: .avx2).first)
    #expect(entry.name == "attention32_f32_8x1v")
    #expect(entry.registers == 10)
    #expect(entry.arguments.contains("scratchBase: 256"))
    #expect(entry.arguments.contains("scratchPerToken: 8"))
    #expect(try family.entries(for: .avx512).isEmpty)
  }

  @Test(arguments: [(Target.avx512, 16, 2, 35), (.avx2, 8, 2, 19), (.neon, 16, 2, 35)])
  func aTileThatDoesNotFitIsRefused(target: Target, keys: Int, vectors: Int, needed: Int) {
    #expect {
      try family(target, keys, vectors).files(for: target)
    } throws: { error in
      guard case KernelPlanError.tooManyRegisters(_, needed, target.registers, _) = error else {
        return false
      }
      return true
    }
  }

  /// Tiles of dimensions must cover a head without a remainder.
  @Test func aTileThatDividesNoHeadIsRefused() {
    #expect {
      try family(.avx512, 12, 2).files(for: .avx512)
    } throws: { error in
      guard case KernelPlanError.impossibleTile("attention32_f32_12x2v", _) = error else {
        return false
      }
      return true
    }
  }
}
