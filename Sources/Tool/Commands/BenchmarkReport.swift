import FastViT
import FastViTCommandLine
import FastViTMeasurement
import Foundation

/// What `bench` prints.
struct BenchmarkReport {
  private let batch: Int
  private let size: PixelSize
  private let result: SessionBenchmark.Result
  private let cpu = MachineReport().cpu

  init(_ benchmark: SessionBenchmark, _ result: SessionBenchmark.Result) {
    batch = benchmark.batch
    size = benchmark.size
    self.result = result
  }

  private var session: Session { result.session }

  /// The engine's 10⁹ floating-point operations per second, for the median time.
  private var gigaflops: Double {
    let operations = 2 * batch * session.model.multiplyAdds(height: size.height, width: size.width)
    return Double(operations) / result.engine.median
  }

  private var peakFraction: Double? { result.peak.map { gigaflops / $0 } }

  /// The images per second over all calls together, computed from the mean time.
  private func imagesPerSecond(_ latency: Summary) -> Double {
    Double(batch) * 1e9 / latency.mean
  }

  /// The report as text.
  var text: String {
    var lines = [
      "\(session.model.variant), weights \(session.model.source), \(size) pixels, batch \(batch)"
        .printable,
      "\(session.model.instructionSet), \(count(session.threads, "thread")), "
        + "mode \(session.schedule.rawValue), \(cpu ?? "unknown CPU")",
    ]
    if let profile = result.profile {
      lines.append(ProfileArguments.text(profile, on: session).printable)
    }
    lines += ["", table]
    var speed = decimals(gigaflops, 1) + " GFLOP/s"
    if let peak = result.peak, let peakFraction {
      speed += ", \(decimals(peakFraction, 3)) of the peak of \(decimals(peak, 1)) GFLOP/s"
    }
    lines.append(speed + ", \(decimals(result.busyCores, 2)) cores busy")
    var start = "first result after \(milliseconds(result.firstResult)) ms"
    if let bytes = result.residentBytes {
      start += ", \(decimals(megabytes(bytes), 1)) MB resident"
    }
    lines.append(start)
    return lines.joined(separator: "\n")
  }

  private var table: String {
    var table = TextTable(
      .left("ms per call"), .right("median"), .right("p10"), .right("p90"), .right("p95"),
      .right("p99"),
      .right("min"), .right("max"), .right("mean"), .right("images/s"), .right("calls"))
    for (name, latency) in [("engine", result.engine), ("end to end", result.endToEnd)] {
      table.append(
        [name] + statistics(latency).map { milliseconds($0.nanoseconds) }
          + [decimals(imagesPerSecond(latency), 1), "\(latency.count)"])
    }
    return table.rendered()
  }

  /// The report as JSON: the engine's row, with the end-to-end row inside it.
  var json: JSONValue {
    [
      "model": .string(session.model.variant.name),
      "weights": .string(session.model.source),
      "isa": .string(session.model.instructionSet.name),
      "threads": .integer(session.threads),
      "batch": .integer(batch),
      "size": .string(size.description),
      "mode": .string(session.schedule.rawValue),
      "profile": result.profile.map { .string($0.path) } ?? .null,
      "latency_ms": object(result.engine),
      "images_per_second": .number(imagesPerSecond(result.engine)),
      "gflops": .number(gigaflops),
      "peak_gflops": result.peak.map { .number($0) } ?? .null,
      "peak_fraction": peakFraction.map { .number($0) } ?? .null,
      "first_result_ms": .number(result.firstResult / 1e6),
      "resident_mb": result.residentBytes.map { .number(megabytes($0)) } ?? .null,
      "iterations": .integer(result.engine.count),
      "cores_busy": .number(result.busyCores),
      "cpu": cpu.map { .string($0) } ?? .null,
      "end_to_end": [
        "latency_ms": object(result.endToEnd),
        "images_per_second": .number(imagesPerSecond(result.endToEnd)),
        "iterations": .integer(result.endToEnd.count),
      ],
    ]
  }

  private func object(_ latency: Summary) -> JSONValue {
    .object(
      statistics(latency).map { .init(name: $0.name, value: .number($0.nanoseconds / 1e6)) })
  }

  /// The statistics that the text and the JSON report show, in order.
  private func statistics(_ latency: Summary) -> [(name: String, nanoseconds: Double)] {
    [
      ("median", latency.median), ("p10", latency.percentile(10)),
      ("p90", latency.percentile(90)), ("p95", latency.percentile(95)),
      ("p99", latency.percentile(99)),
      ("min", latency.minimum), ("max", latency.maximum), ("mean", latency.mean),
    ]
  }

  private func milliseconds(_ nanoseconds: Double) -> String { decimals(nanoseconds / 1e6, 3) }

  private func megabytes(_ bytes: Int) -> Double { Double(bytes) / 1e6 }
}
