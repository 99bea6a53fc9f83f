import FastViTMeasurement
import FastViTOperations
import FastViTScheduler

/// What was measured of one kernel on one problem.
struct KernelTiming: Sendable {
  /// The candidate's name.
  let kernel: String
  let isPick: Bool
  let samples: Samples
}

/// What was measured on one problem.
struct ProblemResult: Sendable {
  let named: NamedProblem

  /// In the order of the catalogue; empty where no kernel can do the problem.
  let measurements: [KernelTiming]

  /// Floating-point operations per nanosecond of the multiply-add loop, of all workers together, measured
  /// in the same repetitions; nil where there is no such loop.
  let peak: Double?

  /// Cycles per nanosecond.
  let clock: Double

  /// How much longer the dispatcher's pick takes than the best kernel: the median over repetitions of the
  /// ratio within a repetition. A machine that changes its speed does not change this ratio.
  var regret: (ratio: Double, best: String)? {
    guard let pick = measurements.first(where: \.isPick),
      let best = measurements.min(by: { $0.samples.summary.median < $1.samples.summary.median })
    else { return nil }
    let ratios = zip(pick.samples.times, best.samples.times).map { $0 / $1 }
    return (Summary.median(ratios), best.kernel)
  }
}

/// Times problems on one instruction set, together with the multiply-add peak and the clock rate.
struct OpsBench {
  let instructionSet: InstructionSet
  let team: Team
  var sampler: Sampler

  /// Whether kernels that cannot be the best, other than the pick, are given up early.
  var givesUp = false

  func measure(
    _ named: NamedProblem, _ workload: Workload, _ candidates: [Candidate]
  ) -> ProblemResult {
    let clock = Probe(
      run: { CoreClock.run(links: $0 * Self.linksPerIteration) }, touchesMemory: false)
    let probes = candidates.map { candidate in
      Probe(
        run: { for _ in 0..<$0 { workload.run(candidate, on: team) } }, touchesMemory: true,
        role: !givesUp ? .bystander : candidate.isPick ? .incumbent : .contestant)
    }
    let peak = MultiplyAddPeak(instructionSet, workerCount: team.workerCount)
    let loop = peak.map { peak in
      Probe(run: { peak.run(iterations: $0) }, touchesMemory: false)
    }
    let samples = sampler.measure([clock] + (loop.map { [$0] } ?? []) + probes)
    let measurements = zip(candidates, samples.suffix(candidates.count)).map {
      KernelTiming(kernel: $0.name, isPick: $0.isPick, samples: $1)
    }
    return ProblemResult(
      named: named, measurements: measurements,
      peak: peak.map { Double($0.operationsPerIteration) / samples[1].summary.median },
      clock: Double(Self.linksPerIteration) * CoreClock.cyclesPerLink / samples[0].summary.median)
  }

  /// Links of the clock's chain per iteration.
  private static let linksPerIteration = 1000
}
