import Testing

@testable import FastViT

@Suite struct MachineReportTests {
  @Test func theReportIsThisMachines() {
    let machine = MachineReport()
    #expect(machine.allowedCores >= 1)
    #expect((1...machine.allowedCores).contains(machine.workerCount))
    #expect(machine.workerCount == Session(Model(synthetic: .t8, classCount: 1)).threads)
    #expect(machine.instructionSets.map(\.name) == ["avx512", "avx2", "neon", "portable"])
    let available = machine.instructionSets.filter { $0.obstacle == nil }.map(\.name)
    #expect(available == VectorInstructions.available.map(\.name))
  }

  @Test(arguments: Variant.allCases, VectorInstructions.available)
  func everyLayerHasAKernel(variant: Variant, instructionSet: VectorInstructions) {
    let choices = variant.kernelChoices(height: 256, width: 256, on: instructionSet)
    #expect(choices.first?.layer == "stem.0" && choices.last?.layer == "head.fc")
    let counts = variant.problems(height: 256, width: 256).map(\.count)
    #expect(choices.map(\.count) == counts)
    for choice in choices {
      #expect(!choice.kernels.isEmpty && choice.count > 0, "\(choice.layer)")
      #expect(Set(choice.kernels).count == choice.kernels.count)
    }
  }

  @Test func multiplyAddsAreThoseOfTheModelsOwnClasses() {
    let many = Model(synthetic: .t8, classCount: 1000)
    let few = Model(synthetic: .t8, classCount: 10)
    #expect(
      many.multiplyAdds(height: 64, width: 96)
        == Variant.t8.multiplyAdds(height: 64, width: 96))
    #expect(
      many.multiplyAdds(height: 64, width: 96) - few.multiplyAdds(height: 64, width: 96)
        == 990 * 768)
  }
}
