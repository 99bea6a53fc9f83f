import FastViTExecution
import Testing

@testable import FastViTTuning

/// The text of a choice in tables.
@Suite struct TuningChoiceTests {
  @Test func choicesAreSaidInWords() {
    let step = StepChoice(isFused: true, sharing: .rows, bandRows: 4, tasksPerWorker: 1)
    #expect(
      TuningChoice.step(step).description
        == "fused, by rows, 4 rows at a time, 1 task per worker")
    #expect(
      TuningChoice.step(StepChoice(isFused: false, tasksPerWorker: 2)).description
        == "one by one, 2 tasks per worker")
    #expect(TuningChoice.step(StepChoice()).description == "by the rules")
    #expect(TuningChoice.kernels(["a", "b"]).description == "a + b")
  }
}
