import FastViTCatalogue
import FastViTCommandLine
import FastViTMeasurement
import FastViTOperations
import FastViTScheduler
import FastViTTestSupport
import Foundation
import Testing

@testable import FastViTBench

/// `fastvit-bench ops` with the arguments of a command line, in this process.
@Suite struct OpsCommandTests {
  private func run(_ arguments: String...) -> (code: ExitCode, output: String, errors: String) {
    var output = ""
    var errors = ""
    let quick = ["--min-time", "0", "--repetitions", "2"]
    let code = Main.table.run(["ops"] + quick + arguments, output: &output, errors: &errors)
    return (code, output, errors)
  }

  @Test func tableMarksThePick() {
    let run = run("--all-kernels", "ic20ih5oc70kh1n\"a place\"+residual*3")
    #expect(run.code == .success, "\(run.errors)")
    #expect(run.output.contains("ic20ih5oc70oh5kh1n\"a place\"+residual*3  pointwise_f32_"))
    #expect(run.output.split(separator: "\n").filter { $0.contains(" pick ") }.count == 1)
    #expect(run.output.contains("GFLOP/s"))
  }

  @Test func jsonIsGoogleBenchmarks() throws {
    let run = run("--all-kernels", "--json", "-", "ic20ih5oc70kh1", "add:ic3ih4")
    #expect(run.code == .success, "\(run.errors)")
    let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
    let document = try #require(object as? [String: Any])
    let context = try #require(document["context"] as? [String: Any])
    #expect(context["json_schema_version"] as? Int == 1)
    let entries = try #require(document["benchmarks"] as? [[String: Any]])
    for entry in entries {
      for key in ["name", "run_name", "run_type", "real_time", "cpu_time", "time_unit"] {
        #expect(entry[key] != nil, "\(key)")
      }
    }
    let repetitions = entries.filter { $0["run_type"] as? String == "iteration" }
    let first = try #require(repetitions.first)
    #expect((first["name"] as? String)?.hasSuffix("/ic20ih5oc70oh5kh1") == true)
    #expect((first["label"] as? String)?.hasPrefix("pointwise_f32_") == true)
    for counter in ["gflops", "peak_fraction", "bytes_per_second"] {
      #expect((first[counter] as? Double ?? 0) > 0, "\(counter)")
    }
    #expect(repetitions.last?["error_occurred"] as? Bool == true)
    let aggregates = Set(entries.compactMap { $0["aggregate_name"] as? String })
    #expect(aggregates == ["mean", "median", "stddev", "cv", "mad"])
  }

  @Test func jsonFilesAppearWholeOrNotAtAll() throws {
    let folder = try ScratchFolder()
    let file = folder.file("a.json")
    let both = run("--json", file, "ic20ih5oc70kh1")
    #expect(both.code == .success && both.output.contains("problem"))
    _ = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: file)))
    #expect(run("--json", folder.path, "ic20ih5oc70kh1").code == .cannotCreate)
  }

  @Test func errors() throws {
    let folder = try ScratchFolder()
    let file = folder.file("shapes.txt")
    try "# comment\nic20ih5oc70kh1\nnonsense\n".write(
      toFile: file, atomically: true, encoding: .utf8)
    let bad = run("--shapes", file)
    #expect(bad.code == .data)
    #expect(bad.errors.hasPrefix("error: \(file): line 3, column 1: found 'nonsense', expected"))
    try "# comment\n\n".write(toFile: file, atomically: true, encoding: .utf8)
    let empty = run("--assert-best", "5", "--shapes", file)
    #expect(empty.code == .data)
    #expect(empty.errors == "error: \(file): found no problem, expected one per line\n")
    try Data([0xFF, 0xFE]).write(to: URL(fileURLWithPath: file))
    #expect(run("--shapes", file).code == .data)
    #expect(run("--shapes", folder.file("none")).code == .noInput)
    #expect(run("--shapes", folder.path).code == .noInput)
    #expect(run().code == .usage)
    #expect(run("ic20ih5oc70kh2").errors.contains("found kh2, expected an odd kernel"))
    #expect(run("--kernel", "x", "ic20ih5oc70kh1").code == .usage)
    #expect(run("--kernel", "x", "--all-kernels", "ic20ih5oc70kh1").code == .usage)
    #if arch(x86_64)
      let neon = run("--isa", "neon", "ic20ih5oc70kh1")
      #expect(neon.code == .usage && neon.errors.contains("has no neon, expected one of"))
    #endif
  }

  @Test func slowPicksFail() throws {
    let problem = try NamedProblem(parsing: "ic20ih5oc70kh1")
    func measurement(_ kernel: String, _ times: [Double], isPick: Bool) -> KernelTiming {
      KernelTiming(
        kernel: kernel, isPick: isPick,
        samples: Samples(
          iterations: 1,
          repetitions: times.map { Elapsed(realNanoseconds: $0, coreNanoseconds: $0) },
          clock: .wall))
    }
    func result(_ pick: [Double], _ other: [Double]) -> ProblemResult {
      ProblemResult(
        named: problem,
        measurements: [
          measurement("a", pick, isPick: true), measurement("b", other, isPick: false),
        ], peak: 1, clock: 1)
    }
    // The machine is twice as slow in the third repetition, for both kernels.
    let regret = try #require(result([11, 11, 22], [10, 10, 20]).regret)
    #expect(abs(regret.ratio - 1.1) < 1e-9 && regret.best == "b")
    #expect(result([10, 10, 20], [11, 11, 22]).regret?.ratio == 1)
    let slow = [result([11, 11, 22], [10, 10, 20]), result([1, 1, 1], [2, 2, 2])]
    #expect(throws: CommandFailure.self) { try OpsCommand.assertBestPicks(slow, percent: 5) }
    #expect(throws: Never.self) { try OpsCommand.assertBestPicks(slow, percent: 11) }
  }

  @Test func failuresCanBeReproduced() throws {
    let problem = try NamedProblem(parsing: "ic20ih5oc70kh1+gelu").problem
    #expect(
      OpsCommand.reproduction(problem, "pointwise_f32_1x1v_gelu", .avx2, 2)
        == "fastvit-bench ops --isa avx2 --kernel pointwise_f32_1x1v_gelu --threads 2 "
        + "'ic20ih5oc70oh5kh1+gelu'")
  }
}
