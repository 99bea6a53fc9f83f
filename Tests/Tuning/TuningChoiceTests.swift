import Execution
import Testing

@testable import Tuning

/// What tables say of a decision.
@Suite struct TuningChoiceTests {
  @Test func choicesAreSaidInWords() {
    let step = StepChoice(isFused: true, sharing: .rows, bandRows: 4, tilesPerWorker: 1)
    #expect(
      TuningChoice.step(step).description
        == "fused, by rows, 4 rows at a time, 1 tile a worker")
    #expect(
      TuningChoice.step(StepChoice(isFused: false, tilesPerWorker: 2)).description
        == "one by one, 2 tiles a worker")
    #expect(TuningChoice.step(StepChoice()).description == "by the rules")
    #expect(TuningChoice.kernels(["a", "b"]).description == "a + b")
  }
}
