import CommandLineTool
import KernelCatalog
import KernelContract
import Scheduler

/// `fastvit-bench verify`: holds kernels against the reference, without timing them.
struct VerifyCommand: Command {
  static let instructionSet = Parameter<KernelContract.InstructionSet?>.option(
    "isa", "NAME", .choice(of: KernelContract.InstructionSet.self),
    help: "The instruction set; all of this machine if not given.")

  static let description = CommandDescription(
    name: "verify",
    abstract: "Hold every kernel against the reference, byte by byte.",
    discussion: """
      All kernels that can do a problem do it whole and shared among two and three workers. Exit \
      status 1 if a byte differs, if a problem has no kernel, or if a kernel has no problem.
      """,
    parameters: [instructionSet, ProblemArguments.shapes, ProblemArguments.problems])

  let problems: [NamedProblem]
  let shapes: String?
  let instructionSet: KernelContract.InstructionSet?

  init(_ arguments: ParsedArguments) throws(UsageError) {
    problems = try ProblemArguments.parsed(arguments[ProblemArguments.problems])
    shapes = arguments[ProblemArguments.shapes]
    instructionSet = arguments[Self.instructionSet]
    try ProblemArguments.checkGiven(problems, shapes)
  }

  func run(to output: inout some TextOutputStream) throws(CommandFailure) {
    let problems = try self.problems + (shapes.map(ProblemArguments.contents) ?? [])
    let sets =
      instructionSet == nil
      ? KernelContract.InstructionSet.availableHere
      : [try ProblemArguments.instructionSet(instructionSet)]
    for set in sets {
      let kernels = KernelSet(set)
      var seen: Set<String> = []
      var comparisons = 0
      for named in problems {
        let workload = Workload(named.problem, kernels, on: Team())
        guard !workload.candidates.isEmpty else {
          throw CommandFailure(.checkFailed, "no kernel of \(set.rawValue) does \(named.problem)")
        }
        for candidate in workload.candidates {
          comparisons += try compare(candidate, workload)
          seen.formUnion(candidate.kernels)
        }
      }
      try checkNoneIsLeft(set, seen)
      print(
        "\(set.rawValue): \(seen.count) kernels on \(problems.count) problems, "
          + "\(comparisons) comparisons, all bytes equal", to: &output)
    }
  }

  /// Returns how often it compared.
  private func compare(
    _ candidate: Candidate, _ workload: Workload
  ) throws(CommandFailure) -> Int {
    for workers in 1...3 {
      let team = Team(workerCount: workers)
      guard let mismatch = workload.mismatch(candidate, on: team) else { continue }
      let command = OpsCommand.reproduction(
        workload.problem, candidate.name, workload.instructionSet, workers)
      throw CommandFailure(
        .checkFailed, "\(candidate.name) differs from the reference: \(mismatch); `\(command)`")
    }
    return 3
  }

  /// Throws where a kernel of the catalogue, apart from those that only measure, was not among `seen`.
  private func checkNoneIsLeft(
    _ set: KernelContract.InstructionSet, _ seen: Set<String>
  ) throws(CommandFailure) {
    let left = KernelCatalog.available(on: set).filter {
      !($0 is PeakKernel) && !seen.contains($0.name)
    }
    guard !left.isEmpty else { return }
    throw CommandFailure(
      .checkFailed,
      "no problem needs these kernels of \(set.rawValue): "
        + left.map(\.name).joined(separator: ", "))
  }
}
