import CPU
import CommandLineTool
import FastViT
import Foundation
import KernelCatalog
import KernelContract
import Scheduler

extension OpsCommand {
  func run(to output: inout some TextOutputStream) throws(CommandFailure) {
    let instructionSet = try chosenInstructionSet()
    let problems = try self.problems + (shapes.map(Self.problems) ?? [])
    let bench = OpsBench(
      instructionSet: instructionSet, team: Team(workerCount: threads),
      sampler: Sampler(
        repetitions: repetitions, minimumTime: minimumTime,
        eviction: cold ? CacheEviction() : nil))
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
        .usage, "kernel '\(kernel)' of \(instructionSet.rawValue) does none of the problems")
    }
    try report(OpsReport(results, bench, started, cold: cold), to: &output)
    if let assertBest { try Self.assertBestPicks(results, percent: assertBest) }
  }

  private func chosenInstructionSet() throws(CommandFailure) -> KernelContract.InstructionSet {
    let available = KernelContract.InstructionSet.available(.current)
    let chosen = instructionSet ?? available[0]
    guard available.contains(chosen) else {
      let names = available.map(\.rawValue).joined(separator: ", ")
      throw CommandFailure(
        .usage,
        "this machine or its system has no \(chosen.rawValue), expected one of \(names)")
    }
    return chosen
  }

  private static func problems(_ path: String) throws(CommandFailure) -> [NamedProblem] {
    let text: String
    do {
      text = try TextFile.read(path)
    } catch {
      throw CommandFailure(error.code == .missingInput ? .noInput : .data, error.description)
    }
    do throws(ProblemError) {
      return try NamedProblem.list(parsing: text)
    } catch {
      throw CommandFailure(.data, "\(path): \(error)")
    }
  }

  /// Checks and times one problem.
  private func result(
    _ named: NamedProblem, _ bench: OpsBench
  ) throws(CommandFailure) -> ProblemResult {
    let workload = Workload(named.problem, KernelSet(bench.instructionSet), on: Team())
    let candidates = workload.candidates.filter { candidate in
      if let kernel {
        candidate.name == kernel || candidate.kernels[0] == kernel
      } else {
        allKernels || candidate.isPick
      }
    }
    for candidate in candidates {
      guard let mismatch = workload.mismatch(candidate, on: bench.team) else { continue }
      let command = Self.reproduction(named.problem, candidate.name, bench)
      throw CommandFailure(
        .checkFailed, "\(candidate.name) differs from the reference: \(mismatch); `\(command)`")
    }
    return bench.measure(named, workload, candidates)
  }

  /// A command line that does only this.
  static func reproduction(
    _ problem: OperationProblem, _ kernel: String, _ bench: OpsBench
  ) -> String {
    let threads = bench.team.workerCount > 1 ? " --threads \(bench.team.workerCount)" : ""
    return "fastvit-bench ops --isa \(bench.instructionSet.rawValue) --kernel \(kernel)\(threads)"
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

extension KernelContract.InstructionSet {
  /// Those that `support` has, best first.
  static func available(_ support: InstructionSupport) -> [KernelContract.InstructionSet] {
    allCases.filter { set in
      switch set {
      case .avx512: support.hasAVX512
      case .avx2: support.hasAVX2
      case .neon: support.hasNEON
      case .portable: true
      }
    }
  }
}
