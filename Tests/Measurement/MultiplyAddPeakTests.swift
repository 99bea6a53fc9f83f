import FastViTCatalogue
import FastViTOperations
import Testing

@testable import FastViTMeasurement

@Suite(.serialized) struct MultiplyAddPeakTests {
  private static let instructionSets = InstructionSet.available

  @Test(arguments: instructionSets, [1, 3])
  func operationsAreThoseOfAllWorkers(instructionSet: InstructionSet, workers: Int) throws {
    let peak = try #require(MultiplyAddPeak(instructionSet, workerCount: workers))
    let alone = try #require(MultiplyAddPeak(instructionSet, workerCount: 1))
    let kernel = try #require(
      KernelCatalogue.generated.kernels(PeakKernel.self).first {
        $0.instructionSet == instructionSet
      })
    #expect(alone.operationsPerIteration == 2 * kernel.multiplyAddsPerTurn * 1000)
    #expect(peak.operationsPerIteration == workers * alone.operationsPerIteration)
  }

  /// No present core does more than 4 multiply-adds of a vector per cycle at 10 GHz. The lower limit
  /// holds even on a busy machine.
  @Test(arguments: instructionSets)
  func speedIsPlausible(instructionSet: InstructionSet) throws {
    let peak = try #require(MultiplyAddPeak(instructionSet, workerCount: 1))
    peak.run(iterations: 10)
    let time = timing { peak.run(iterations: 200) }.realNanoseconds
    let speed = Double(peak.operationsPerIteration * 200) / time
    #expect(speed > 0.01 && speed < Double(4 * 2 * instructionSet.lanes * 10))
  }
}
