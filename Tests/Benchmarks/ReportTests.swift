import FastViTMeasurement
import FastViTOperations
import FastViTScheduler
import Foundation
import Testing

@testable import FastViTBench

/// The rates that follow from times, and the reports.
@Suite struct ReportTests {
  /// A result with these wall-clock times; the times on cores are a third of them.
  private func result(_ problem: String, microseconds: [Double]) throws -> ProblemResult {
    let repetitions = microseconds.map {
      Elapsed(realNanoseconds: $0 * 1000, coreNanoseconds: $0 * 1000 / 3)
    }
    return ProblemResult(
      named: try NamedProblem(parsing: problem),
      measurements: [
        KernelTiming(
          kernel: "a", isPick: true,
          samples: Samples(iterations: 7, repetitions: repetitions, clock: .wall))
      ], peak: 100, clock: 2)
  }

  private func bench(_ workers: Int) -> OpsBench {
    OpsBench(
      instructionSet: .portable, team: Team(workerCount: workers),
      sampler: Sampler(repetitions: 1, minimumTime: 0, evict: nil, clock: .wall))
  }

  @Test func aMultiplyAddIsTwoOperations() throws {
    let result = try result("ic48ih64oc144kh1", microseconds: [1000])
    let rates = Rates(result, 1e6, .portable)
    #expect(rates.gigaflops == Double(2 * 64 * 64 * 48 * 144) / 1e6)
    #expect(rates.peakFraction == rates.gigaflops.map { $0 / 100 })
    #expect(rates.gigabytes == Double(result.named.problem.bytes) / 1e6)
    #expect(rates.cyclesPerVector == nil)
  }

  /// Sixteen inputs or results of two vectors each, at two cycles per nanosecond.
  @Test(arguments: ["gelu:ic16ih4", "pool:ic16ih4"]) func vectorsAreOfTheLargerMap(
    problem: String
  ) throws {
    let rates = Rates(try result(problem, microseconds: [1]), 320, .portable)
    #expect(rates.gigaflops == nil && rates.cyclesPerVector == 20)
  }

  @Test func picksCountAsOftenAsTheyOccur() throws {
    let results = [
      try result("ic20ih5oc70kh1*3", microseconds: [500, 900, 100]),
      try result("ic20ih5oc70kh1*10", microseconds: [50]),
    ]
    let text = OpsReport(results, bench(2), Date(), cold: true).table
    #expect(
      text.hasSuffix(
        "portable, peak 100.0 GFLOP/s, 2.00 GHz, 2 threads, cold caches; all picks, as often as the "
          + "problems occur: 2.000 ms\n"), "\(text)")
  }

  @Test func jsonHoldsBothClocksAndTheStatistics() throws {
    let results = [try result("ic20ih5oc70kh1", microseconds: [3, 6, 30])]
    let report = OpsReport(results, bench(2), Date(), cold: true)
    let object = try JSONSerialization.jsonObject(
      with: Data(report.googleBenchmark.description.utf8))
    let document = try #require(object as? [String: Any])
    let entries = try #require(document["benchmarks"] as? [[String: Any]])
    let name = "portable/ic20ih5oc70oh5kh1/cold/threads:2"
    func times(_ suffix: String) -> [[Double]] {
      entries.filter { $0["name"] as? String == name + suffix }.map { entry in
        ["real_time", "cpu_time"].map { entry[$0] as? Double ?? -1 }
      }
    }
    #expect(times("") == [[3000, 1000], [6000, 2000], [30000, 10000]])
    #expect(times("_mean") == [[13000, 13000 / 3.0]])
    #expect(times("_median") == [[6000, 2000]])
    #expect(times("_mad") == [[3000, 1000]])
  }

  /// By a clock for which everything takes a microsecond: a thousand links of the chain, and the peak's
  /// loop.
  @Test func speedsAreOfTheSameRun() throws {
    var bench = OpsBench(
      instructionSet: .portable, team: Team(workerCount: 1),
      sampler: Sampler(repetitions: 1, minimumTime: 0, evict: nil, clock: .wall))
    bench.sampler.elapsed = { body in
      body()
      return Elapsed(realNanoseconds: 1000, coreNanoseconds: 1000)
    }
    let named = try NamedProblem(parsing: "ic20ih5oc70kh1")
    let workload = Workload(named.problem, on: .portable)
    let result = bench.measure(named, workload, workload.candidates)
    #expect(result.clock == CoreClock.cyclesPerLink)
    let peak = try #require(MultiplyAddPeak(.portable, workerCount: 1))
    #expect(result.peak == Double(peak.operationsPerIteration) / 1000)
    #expect(result.measurements.map(\.samples.times) == workload.candidates.map { _ in [1000] })
  }
}
