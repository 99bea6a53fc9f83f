import FastViTOperations
import Foundation
import Testing

@testable import FastViTKernelGenerator

/// The generator's families and the operations' are two lists of one set.
@Suite struct FamilyTests {
  @Test func everyPlannedKernelIsAnOperations() throws {
    let json = try KernelListing.json(KernelListing.all(of: .committed))
    let planned = try JSONDecoder().decode([PlannedKernel].self, from: Data(json.utf8))
    #expect(!planned.isEmpty)
    for kernel in planned where kernel.descriptor != "PeakKernel" {
      let set = try #require(InstructionSet(named: kernel.instructionSet))
      let found = OperationFamilies.all.compactMap {
        $0.recordingKernel(kernel, on: set, by: CallRecorder())
      }
      #expect(found.count == 1, "\(kernel.name): one family describes it")
      #expect(found.first?.name == kernel.name)
    }
  }

  /// The networks add feature maps in epilogues only.
  @Test func everyOperationHasPlannedKernels() throws {
    let json = try KernelListing.json(KernelListing.all(of: .committed))
    let planned = try JSONDecoder().decode([PlannedKernel].self, from: Data(json.utf8))
    for set in InstructionSet.all {
      let mine = planned.filter { $0.instructionSet == set.name }
      for family in OperationFamilies.all where family != Sum.self {
        let kernels = mine.compactMap {
          family.recordingKernel($0, on: set, by: CallRecorder())
        }
        #expect(!kernels.isEmpty, "\(family) on \(set)")
      }
    }
  }

  @Test func wordsAreOfOneFamily() {
    #expect(Set(OperationFamilies.words).count == OperationFamilies.words.count)
  }
}
