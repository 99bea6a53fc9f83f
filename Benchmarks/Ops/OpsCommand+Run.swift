import FastViT
import FastViTCatalogue
import FastViTCommandLine
import FastViTOperations
import FastViTScheduler
import Foundation

extension OpsCommand {
  func run(to output: inout some TextOutputStream) throws(CommandFailure) {
    let instructionSet = try ProblemArguments.instructionSet(instructionSet)
    let problems = try self.problems + (shapes.map(ProblemArguments.contents) ?? [])
    let eviction = cold ? CacheEviction(threads: threads) : nil
    let bench = OpsBench(
      instructionSet: instructionSet, team: Team(workerCount: threads),
      sampler: Sampler(
        repetitions: repetitions, minimumTime: minimumTime,
        evict: eviction.map { eviction in { _ = eviction.run() } },
        clock: threads == 1 ? .core : .wall))
    let started = Date()
    let progress = ProgressBar("timing", total: problems.count)
    var results: [ProblemResult] = []
    for problem in problems {
      results.append(try result(problem, bench))
      progress.advance()
    }
    progress.finish()
    if let kernel, results.allSatisfy(\.measurements.isEmpty) {
      throw CommandFailure(
        .usage, "kernel '\(kernel)' of \(instructionSet.name) does none of the problems")
    }
    try report(OpsReport(results, bench, started, cold: cold), to: &output)
    if let assertBest { try Self.assertBestPicks(results, percent: assertBest) }
  }

  /// Checks and times one problem.
  private func result(
    _ named: NamedProblem, _ bench: OpsBench
  ) throws(CommandFailure) -> ProblemResult {
    let workload = Workload(named.problem, on: bench.instructionSet)
    let candidates = workload.candidates.filter { candidate in
      if let kernel {
        candidate.name == kernel || candidate.kernels[0] == kernel
      } else {
        allKernels || candidate.isPick
      }
    }
    try workload.check(candidates, on: bench.team)
    return bench.measure(named, workload, candidates)
  }

  /// A command line that runs only this kernel on this problem.
  static func reproduction(
    _ problem: OperationProblem, _ kernel: String, _ instructionSet: InstructionSet,
    _ workers: Int
  ) -> String {
    let threads = workers > 1 ? " --threads \(workers)" : ""
    return "fastvit-bench ops --isa \(instructionSet.name) --kernel \(kernel)\(threads)"
      + " '\(problem)'"
  }

  private func report(
    _ report: OpsReport, to output: inout some TextOutputStream
  ) throws(CommandFailure) {
    switch json {
    case "-":
      print(report.googleBenchmark.indented, to: &output)
    case let file?:
      do {
        try TextFile.write(report.googleBenchmark.indented + "\n", to: file)
      } catch {
        throw CommandFailure(
          error.code == .cannotCreate ? .cannotCreate : .inputOutput, error.description)
      }
      fallthrough
    default:
      print(report.table, terminator: "", to: &output)
    }
  }

  /// Throws where a pick takes more than `percent` longer than the best kernel.
  static func assertBestPicks(
    _ results: [ProblemResult], percent: Double
  ) throws(CommandFailure) {
    let slow = results.compactMap { result -> String? in
      guard let regret = result.regret, regret.ratio > 1 + percent / 100 else { return nil }
      let pick = result.measurements.first(where: \.isPick)?.kernel ?? ""
      return
        "'\(result.named.problem)': \(pick) takes \(percentText(regret.ratio - 1)) longer than "
        + regret.best
    }
    guard !slow.isEmpty else { return }
    throw CommandFailure(
      .checkFailed,
      "\(slow.count) of \(results.count) picks are not the best: " + slow.joined(separator: "; "))
  }
}

extension Workload {
  /// Throws where a candidate's bytes differ from the reference's.
  func check(_ candidates: [Candidate], on team: Team) throws(CommandFailure) {
    for candidate in candidates {
      guard let mismatch = mismatch(candidate, on: team) else { continue }
      let command = OpsCommand.reproduction(
        problem, candidate.name, instructionSet, team.workerCount)
      throw CommandFailure(
        .checkFailed, "\(candidate.name) differs from the reference: \(mismatch); `\(command)`")
    }
  }
}
