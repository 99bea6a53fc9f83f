import FastViTCatalogue
import FastViTOperations
import FastViTScheduler
import FastViTTestSupport
import Testing

@testable import FastViTBench

/// Kernels of another precision are held against the reference like all others.
@Suite struct PrecisionTests {
  @Test(arguments: [
    "ic5ih3oc16kh1+bf16", "ic48ih2oc40kh1+gelu+bf16", "ic16ih3oc17kh1+residual+bf16",
    "ic33ih1iw7oc33kh1+sigmoid+bf16", "ic2ih1oc1kh1+relu+bf16",
  ]) func plainKernelsGiveTheReferencesBytes(text: String) throws {
    let problem = try NamedProblem(parsing: text).problem
    #expect(problem.precision == .bf16)
    let catalogue = KernelCatalogue.generated.adding(PointwiseKernel.plainBFloat16)
    for workers in 1...2 {
      let team = Team(workerCount: workers)
      let workload = Workload(
        problem, on: .portable, from: catalogue, picksFrom: catalogue, team: team)
      #expect(workload.candidates.count >= 1 && workload.candidates[0].isPick)
      for candidate in workload.candidates {
        #expect(candidate.name.contains("bf16"))
        let mismatch = workload.mismatch(candidate, on: team)
        #expect(mismatch == nil, "\(candidate.name)")
      }
    }
  }

  @Test func noGeneratedKernelTakesTheirPlace() throws {
    let problem = try NamedProblem(parsing: "ic48ih2oc48kh1+bf16").problem
    let workload = Workload(
      problem, on: .portable, from: .generated, picksFrom: .generated, team: Team())
    #expect(workload.candidates.isEmpty)
  }
}
