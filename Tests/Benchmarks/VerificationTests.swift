import FastViTCommandLine
import FastViTOperations
import FastViTScheduler
import FastViTTestSupport
import Foundation
import Testing

@testable import FastViTBench

/// `fastvit-bench verify` and `cases`.
@Suite struct VerificationTests {
  private func run(_ arguments: String...) -> (code: ExitCode, output: String, errors: String) {
    var output = ""
    var errors = ""
    let code = Main.table.run(arguments, output: &output, errors: &errors)
    return (code, output, errors)
  }

  @Test func kernelsWithoutProblemsAreFound() {
    let run = run("verify", "--isa", "portable", "ic4ih4oc4kh1")
    #expect(run.code == .checkFailed)
    #expect(run.errors.contains("no problem needs these kernels of portable: pointwise_f32_"))
  }

  @Test func problemsWithoutKernelsAreFound() {
    let run = run("verify", "--isa", "portable", "add:ic4ih4")
    #expect(run.code == .checkFailed)
    #expect(run.errors.contains("no kernel of portable does add:ic4ih4"))
  }

  /// Every kernel has a problem, which it computes with one, two and three workers.
  @Test func everyPortableKernelIsHeldAgainstTheReference() {
    let plain = [
      "ic4ih2oc16kh1", "g16ic16ih3oc16kh7ph3", "g16ic16ih4oc32kh7sh2ph3", "g16ic16ih3oc16kh3ph1",
      "g16ic16ih3oc32kh3ph1", "g16ic16ih4oc16kh3sh2ph1", "ic3ih5oc16kh3sh2ph1", "scale:ic16ih2",
    ]
    let others = [
      "ic4ih2oc16kh1+relu", "ic4ih2oc16kh1+sigmoid", "ic4ih2oc16kh1+residual",
      "attention:ic96ih2hd32", "pool:ic16ih2", "gelu:ic16ih2", "layernorm:ic16ih2ep6",
      "from-planar:ic16ih2",
      "to-planar:ic16ih2",
    ]
    var (output, errors) = ("", "")
    let problems = plain + plain.map { $0 + "+gelu" } + others
    let code = Main.table.run(
      ["verify", "--isa", "portable"] + problems, output: &output, errors: &errors)
    #expect(code == .success, "\(errors)")
    #expect(
      output == "portable: 25 kernels on 25 problems, 75 comparisons, all bytes equal\n")
  }

  @Test func recordedCallsHoldWhatKernelsMayRead() throws {
    let listing = """
      [{"name": "pointwise_f32_1x2v_relu", "descriptor": "PointwiseKernel", "tile": "1x2v",
        "instructionSet": "neon", "epilogue": "relu", "registers": 4,
        "arguments": {"rows": "1", "vectors": "2"}},
       {"name": "other", "descriptor": "PeakKernel", "instructionSet": "avx2", "arguments": {}}]
      """
    let planned = try JSONDecoder().decode([PlannedKernel].self, from: Data(listing.utf8))
    let recorder = CallRecorder()
    let kernels = KernelCatalogue(planned: planned, on: .neon, recordedBy: recorder)
    #expect(kernels.all.map(\.name) == ["pointwise_f32_1x2v_relu"], "the peak is no operation")
    let problem = try NamedProblem(parsing: "ic5ih1iw3oc9kh1+relu").problem
    let workload = Workload(problem, on: .neon, from: kernels, team: Team(workerCount: 1))
    workload.candidates[0].run(0, 1)
    let call = try #require(recorder.takeCalls().first)
    let lengths = call.arguments.map { argument -> Int? in
      if case .values(let values) = argument { values.count } else { nil }
    }
    // Two panels of eight channels: the input of three pixels with a pitch of 16, weights, and bias.
    #expect(lengths == [nil, nil, nil, 37, nil, 80, 16, nil, nil, nil, nil])
    if case .integer(let panels) = call.arguments[1] { #expect(panels == 2) }
    #expect(recorder.takeCalls().isEmpty)
    var file = CaseFile()
    file.append("a case", workload.result, [call])
    #expect(file.data.prefix(16) == Data("FVCASE01".utf8) + Data([1, 0, 0, 0, 0, 0, 0, 0]))
  }

  @Test func casesNeedAPlan() throws {
    let folder = try ScratchFolder()
    let (plan, output) = (folder.file("plan"), folder.file("cases"))
    func cases() -> ExitCode {
      run("cases", "--isa", "neon", "--plan", plan, "--output", output, "ic4ih4oc4kh1").code
    }
    #expect(cases() == .noInput)
    try "{".write(toFile: plan, atomically: true, encoding: .utf8)
    #expect(cases() == .data)
    #expect(!FileManager.default.fileExists(atPath: output))
  }
}
