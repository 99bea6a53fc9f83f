import FastViT
import FastViTCommandLine
import FastViTMeasurement
import FastViTTestSupport
import Foundation
import Testing

@testable import FastViTTool

/// `fastvit bench`, run in this process.
@Suite struct BenchCommandTests {
  private func run(
    _ arguments: String..., seconds: Double = 0
  ) -> (code: ExitCode, output: String, errors: String) {
    var output = ""
    var errors = ""
    let quick = ["bench", "--seconds", "\(seconds)", "--size", "32x48"]
    let code = Main.table.run(quick + arguments, output: &output, errors: &errors)
    return (code, output, errors)
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func jsonHasBothRows() throws {
    let run = run("--json", "-", "--threads", "2", "--batch", "3", "--mode", "throughput")
    #expect(run.code == .success, "\(run.errors)")
    let engine = try object(run.output)
    #expect(engine["model"] as? String == "t8")
    #expect(engine["isa"] as? String == VectorInstructions.best.name)
    #expect(engine["threads"] as? Int == 2 && engine["batch"] as? Int == 3)
    #expect(engine["size"] as? String == "32x48" && engine["mode"] as? String == "throughput")
    #expect(engine.keys.contains("cpu"))
    for key in ["gflops", "peak_gflops", "peak_fraction", "first_result_ms", "resident_mb"] {
      #expect((engine[key] as? Double ?? 0) > 0, "\(key)")
    }
    let fraction = try #require(engine["peak_fraction"] as? Double)
    let gflops = try #require(engine["gflops"] as? Double)
    let peak = try #require(engine["peak_gflops"] as? Double)
    #expect((fraction * peak / gflops - 1).magnitude < 1e-12)
    let other = try #require(engine["end_to_end"] as? [String: Any])
    for row in [engine, other] {
      let latency = try #require(row["latency_ms"] as? [String: Double])
      #expect(Set(latency.keys) == ["median", "p10", "p90", "p95", "p99", "min", "max", "mean"])
      #expect(row["iterations"] as? Int == 1)
      let mean = try #require(latency["mean"])
      let speed = try #require(row["images_per_second"] as? Double)
      #expect((speed * mean / 3000 - 1).magnitude < 1e-12)
    }
  }

  /// Operations and rates are consistent with the times.
  @Test func ratesFollowFromTimes() throws {
    let run = run("--json", "-", "--threads", "1", seconds: 0.1)
    let engine = try object(run.output)
    let latency = try #require(engine["latency_ms"] as? [String: Double])
    let median = try #require(latency["median"])
    let multiplyAdds = Variant.t8.multiplyAdds(height: 32, width: 48)
    let gflops = try #require(engine["gflops"] as? Double)
    #expect((gflops * median * 1e6 / Double(2 * multiplyAdds) - 1).magnitude < 1e-12)
    let mean = try #require(latency["mean"])
    let speed = try #require(engine["images_per_second"] as? Double)
    #expect((speed * mean / 1000 - 1).magnitude < 1e-12)
    #expect((engine["iterations"] as? Int ?? 0) > 1)
    let cores = try #require(engine["cores_busy"] as? Double)
    // The processor time is that of the whole process, so threads of other tests count too, and the
    // system updates it at its clock ticks, which are coarse for such short calls.
    #expect(cores > 0.1 && cores < 2 * Double(ProcessInfo.processInfo.activeProcessorCount))
    let order = ["min", "p10", "median", "p90", "p95", "p99", "max"].compactMap { latency[$0] }
    #expect(order.count == 7 && order == order.sorted())
  }

  /// Long calls count more than short ones.
  @Test func busyCoresAreWeightedByTime() {
    let times = [
      Elapsed(realNanoseconds: 3, coreNanoseconds: 6),
      Elapsed(realNanoseconds: 1, coreNanoseconds: 1),
    ]
    #expect(SessionBenchmark.busyCores(times) == 1.75)
  }

  @Test func tableForPeople() {
    let run = run("--isa", "portable", "--threads", "1")
    #expect(run.code == .success, "\(run.errors)")
    #expect(run.output.hasPrefix("t8, weights synthetic:0, 32x48 pixels, batch 1\nportable, 1 thr"))
    for word in [
      "engine", "end to end", "GFLOP/s", "of the peak", "cores busy", "first result", "resident",
    ] {
      #expect(run.output.contains(word), "\(word)")
    }
    #expect(run.errors.isEmpty)
  }

  @Test func jsonFilesAppearWholeOrNotAtAll() throws {
    let folder = try ScratchFolder()
    let file = folder.file("bench.json")
    let both = run("--json", file)
    #expect(both.code == .success && both.output.contains("end to end"))
    _ = try object(String(contentsOfFile: file, encoding: .utf8))
    #expect(run("--json", folder.path).code == .cannotCreate)
    #expect(run("--json", folder.file("no/such.json")).code == .cannotCreate)
    let missing = run("--weights", folder.file("none"), "--json", folder.file("other.json"))
    #expect(missing.code == .noInput)
    #expect(try folder.names == ["bench.json"])
  }

  @Test(arguments: [
    (["--mode", "fast"], "throughput"), (["--threads", "0"], "1 to 1024"),
    (["--batch", "0"], "1 to 1024"), (["--seconds", "-1"], "0"), (["--isa", "sse"], "portable"),
    (["--size", "16384x16384", "--batch", "2"], "at most 268435456"), (["x"], "x"),
  ]) func usageErrors(arguments: [String], hint: String) {
    var output = ""
    var errors = ""
    let code = Main.table.run(["bench"] + arguments, output: &output, errors: &errors)
    #expect(code == .usage && output.isEmpty)
    #expect(errors.contains(hint), "\(errors)")
  }
}
