import FastViTCatalogue
import FastViTExecution
import FastViTNetwork
import FastViTOperations
import FastViTScheduler
import FastViTTestSupport
import Testing

@testable import FastViTTuning

/// Kernels of another precision are chosen by measuring, like all others.
@Suite struct PrecisionTests {
  @Test func plainKernelsAreTuned() throws {
    let catalogue = KernelCatalogue.generated.adding(PointwiseKernel.plainBFloat16)
    #expect(catalogue.digest != KernelCatalogue.generated.digest)
    let problems = try ["ic16ih4oc32kh1+gelu+bf16", "ic16ih4oc32kh1+gelu"].map {
      try NamedProblem(parsing: $0)
    }
    let team = Team(workerCount: 1)
    let runner = TrialRunner(problems, for: .portable, from: catalogue, team: team)
    let outcome = try Campaign(runner, level: .measure, log: nil, limit: 60).run()
    #expect(outcome.undecided == 0)
    // Of single precision there is one kernel, and nothing to decide.
    let entry = try #require(outcome.entries.first)
    #expect(outcome.entries.count == 1 && entry.key.operations == [problems[0].problem])
    guard case .kernels(let names) = entry.choice else {
      Issue.record("\(entry.choice) chooses no kernels")
      return
    }
    #expect(names.allSatisfy { $0.hasPrefix("pointwise_bf16_") })
    #expect(entry.line.contains("+gelu+bf16"))
    // A build without these kernels does not follow the entry.
    var profile = Profile()
    #expect(throws: ChoiceError.self) { try profile.insert(entry) }
    var other = Profile(from: catalogue)
    try other.insert(entry)
    #expect(other.entries == [entry])
  }
}
