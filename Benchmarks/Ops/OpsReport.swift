import FastViTCommandLine
import FastViTMeasurement
import FastViTOperations
import Foundation

/// The results of one benchmark, as a table or as JSON.
struct OpsReport {
  let results: [ProblemResult]
  let bench: OpsBench
  let started: Date
  let cold: Bool

  init(_ results: [ProblemResult], _ bench: OpsBench, _ started: Date, cold: Bool) {
    self.results = results
    self.bench = bench
    self.started = started
    self.cold = cold
  }

  /// The table, and a line that sums it up.
  var table: String {
    var table = TextTable(
      .left("problem"), .left("kernel"), .left(""), .right("µs"), .right("±"), .right("GFLOP/s"),
      .right("of peak"), .right("GB/s"), .right("cycles/vector"))
    for result in results {
      let problem = result.named.description
      if result.measurements.isEmpty {
        table.append(problem, "none", "", "", "", "", "", "", "")
      }
      for (index, measurement) in result.measurements.enumerated() {
        let summary = measurement.samples.summary
        let rates = Rates(result, summary.median, bench.instructionSet)
        table.append(
          index == 0 ? problem : "", measurement.kernel, measurement.isPick ? "pick" : "",
          decimals(summary.median / 1000, 2), percentText(summary.relativeDeviation),
          rates.gigaflops.map { decimals($0, 1) } ?? "",
          rates.peakFraction.map { decimals($0, 3) } ?? "", decimals(rates.gigabytes, 1),
          rates.cyclesPerVector.map { decimals($0, 1) } ?? "")
      }
    }
    return table.rendered() + totals
  }

  private var totals: String {
    let picks = results.compactMap { result in
      result.measurements.first(where: \.isPick).map { (result, $0) }
    }
    let peak = results.compactMap(\.peak)
    var text = bench.instructionSet.name
    if !peak.isEmpty { text += ", peak \(decimals(Summary.median(peak), 1)) GFLOP/s" }
    if !results.isEmpty {
      text += ", \(decimals(Summary.median(results.map(\.clock)), 2)) GHz"
    }
    text += ", \(bench.team.workerCount) thread\(bench.team.workerCount == 1 ? "" : "s")"
    if cold { text += ", cold caches" }
    if !picks.isEmpty {
      let time = picks.reduce(0) {
        $0 + Double($1.0.named.count) * $1.1.samples.summary.median
      }
      text += "; all picks, as often as the problems occur: \(decimals(time / 1e6, 3)) ms"
    }
    return text + "\n"
  }
}

/// Rates that follow from a time.
struct Rates {
  /// 10⁹ floating-point operations per second, where a multiply-add counts as two; nil for operations
  /// without products.
  let gigaflops: Double?

  /// `gigaflops` divided by the multiply-add peak.
  let peakFraction: Double?

  /// 10⁹ bytes per second, where each feature map and weight counts once.
  let gigabytes: Double

  /// Cycles per vector of results (of inputs, where those are more); nil for operations with products.
  let cyclesPerVector: Double?

  /// - Parameter time: nanoseconds that the problem took.
  init(_ result: ProblemResult, _ time: Double, _ instructionSet: InstructionSet) {
    let problem = result.named.problem
    let products = problem.multiplyAdds
    gigaflops = products > 0 ? 2 * Double(products) / time : nil
    peakFraction = gigaflops.flatMap { flops in result.peak.map { flops / $0 } }
    gigabytes = Double(problem.bytes) / time
    if products == 0 {
      let pixels = max(problem.input.pixels, problem.output.pixels)
      let channels = ActivationLayout.paddedChannels(problem.output.channels)
      let vectors = Double(pixels * channels / instructionSet.lanes)
      cyclesPerVector = time * result.clock / vectors
    } else {
      cyclesPerVector = nil
    }
  }
}

/// `value` with `digits` digits after the point.
func decimals(_ value: Double, _ digits: Int) -> String {
  String(format: "%.\(digits)f", value)
}

/// A part of one as a percentage.
func percentText(_ part: Double) -> String { decimals(part * 100, 1) + " %" }
