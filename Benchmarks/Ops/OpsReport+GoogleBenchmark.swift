import FastViTCPU
import FastViTCommandLine
import FastViTMeasurement
import Foundation

extension OpsReport {
  /// The report in google-benchmark's JSON, schema version 1.
  ///
  /// The benchmark of the dispatcher's pick is called `isa/problem`, whatever kernel it is, so that two
  /// versions of the package can be compared. Other benchmarks end with the name of their kernel.
  var googleBenchmark: JSONValue {
    var benchmarks: [JSONValue] = []
    for (family, result) in results.enumerated() {
      if result.measurements.isEmpty {
        benchmarks.append(missing(result, family))
      }
      for (index, measurement) in result.measurements.enumerated() {
        benchmarks += entries(result, measurement, family, index)
      }
    }
    return ["context": context, "benchmarks": .array(benchmarks)]
  }

  private var context: JSONValue {
    let clocks = results.map(\.clock)
    var loads = [Double](repeating: 0, count: 3)
    let count = getloadavg(&loads, 3)
    return [
      "date": .string(ISO8601DateFormatter().string(from: started)),
      "host_name": .string(ProcessInfo.processInfo.hostName),
      "executable": .string(CommandLine.arguments.first ?? "fastvit-bench"),
      "num_cpus": .integer(CoreBudget.current.coreCount),
      "mhz_per_cpu": .integer(clocks.isEmpty ? 0 : Int(Summary.median(clocks) * 1000)),
      "cpu_scaling_enabled": false,
      "caches": .array(
        CacheHierarchy.current.caches.map { cache in
          [
            "type": .string(cache.kind), "level": .integer(cache.level),
            "size": .integer(cache.bytes), "num_sharing": .integer(cache.sharingCores),
          ]
        }),
      "load_avg": .array(loads.prefix(Int(max(0, count))).map { .number($0) }),
      "library_version": .string(Main.table.version),
      "library_build_type": .string(buildType),
      "json_schema_version": 1,
      "instruction_set": .string(bench.instructionSet.name),
      "cold": .bool(cold),
    ]
  }

  private var buildType: String {
    #if DEBUG
      "debug"
    #else
      "release"
    #endif
  }

  private func name(_ result: ProblemResult, _ kernel: String?) -> String {
    var name = "\(bench.instructionSet.name)/\(result.named.problem)"
    if cold { name += "/cold" }
    if bench.team.workerCount > 1 { name += "/threads:\(bench.team.workerCount)" }
    return name + (kernel.map { "/" + $0 } ?? "")
  }

  /// A problem that no kernel can do.
  private func missing(_ result: ProblemResult, _ family: Int) -> JSONValue {
    let name = name(result, nil)
    return [
      "name": .string(name), "family_index": .integer(family), "per_family_instance_index": 0,
      "run_name": .string(name), "run_type": "iteration", "repetitions": 1, "repetition_index": 0,
      "threads": .integer(bench.team.workerCount), "error_occurred": true,
      "error_message": "no kernel of this instruction set can do this problem",
      "iterations": 0, "real_time": 0, "cpu_time": 0, "time_unit": "ns",
    ]
  }

  /// Every repetition, then mean, median, standard deviation and coefficient of variation.
  private func entries(
    _ result: ProblemResult, _ measurement: KernelTiming, _ family: Int, _ index: Int
  ) -> [JSONValue] {
    let name = name(result, measurement.isPick ? nil : measurement.kernel)
    let samples = measurement.samples
    let count = samples.repetitions.count
    let head: [(String, JSONValue)] = [
      ("family_index", .integer(family)), ("per_family_instance_index", .integer(index)),
      ("run_name", .string(name)),
    ]
    let threads = ("threads", JSONValue.integer(bench.team.workerCount))
    let label = ("label", JSONValue.string(measurement.kernel))
    var entries: [JSONValue] = []
    for (repetition, elapsed) in samples.repetitions.enumerated() {
      entries.append(
        object(
          [("name", .string(name))] + head + [
            ("run_type", "iteration"), ("repetitions", .integer(count)),
            ("repetition_index", .integer(repetition)), threads,
            ("iterations", .integer(samples.iterations)),
            ("real_time", .number(elapsed.realNanoseconds)),
            ("cpu_time", .number(elapsed.coreNanoseconds)), ("time_unit", "ns"),
          ] + counters(result, samples.times[repetition]) + [label]))
    }
    let real = Summary(samples.repetitions.map(\.realNanoseconds))
    let core = Summary(samples.repetitions.map(\.coreNanoseconds))
    let aggregates: [(String, Double, Double)] = [
      ("mean", real.mean, core.mean), ("median", real.median, core.median),
      ("stddev", real.standardDeviation, core.standardDeviation),
      ("mad", real.deviation, core.deviation),
      (
        "cv", real.standardDeviation / real.mean,
        core.mean > 0 ? core.standardDeviation / core.mean : 0
      ),
    ]
    for (aggregate, realTime, coreTime) in aggregates {
      entries.append(
        object(
          [("name", .string("\(name)_\(aggregate)"))] + head + [
            ("run_type", "aggregate"), ("repetitions", .integer(count)), threads,
            ("aggregate_name", .string(aggregate)),
            ("aggregate_unit", aggregate == "cv" ? "percentage" : "time"),
            ("iterations", .integer(count)), ("real_time", .number(realTime)),
            ("cpu_time", .number(coreTime)), ("time_unit", "ns"),
          ] + (aggregate == "median" ? counters(result, samples.summary.median) : []) + [label]))
    }
    return entries
  }

  private func counters(
    _ result: ProblemResult, _ nanoseconds: Double
  ) -> [(String, JSONValue)] {
    let rates = Rates(result, nanoseconds, bench.instructionSet)
    var counters: [(String, JSONValue)] = [("bytes_per_second", .number(rates.gigabytes * 1e9))]
    if let value = rates.gigaflops { counters.append(("gflops", .number(value))) }
    if let value = rates.peakFraction { counters.append(("peak_fraction", .number(value))) }
    if let value = rates.cyclesPerVector { counters.append(("cycles_per_vector", .number(value))) }
    return counters
  }

  private func object(_ members: [(String, JSONValue)]) -> JSONValue {
    .object(members.map { JSONValue.Member(name: $0.0, value: $0.1) })
  }
}
