import FastViTCatalogue
import FastViTCommandLine
import FastViTOperations
import FastViTScheduler

/// `fastvit-bench verify`: compares the results of kernels with the reference's, without timing them.
struct VerifyCommand: Command {
  static let instructionSet = Parameter<InstructionSet?>.option(
    "isa", "NAME", .instructionSet,
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
  let instructionSet: InstructionSet?

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
      ? InstructionSet.available
      : [try ProblemArguments.instructionSet(instructionSet)]
    for set in sets {
      var seen: Set<String> = []
      var comparisons = 0
      for named in problems {
        let workload = Workload(named.problem, on: set)
        guard !workload.candidates.isEmpty else {
          throw CommandFailure(.checkFailed, "no kernel of \(set.name) does \(named.problem)")
        }
        for workers in 1...3 {
          try workload.check(workload.candidates, on: Team(workerCount: workers))
          comparisons += workload.candidates.count
        }
        seen.formUnion(workload.candidates.flatMap(\.kernels))
      }
      try checkNoneIsLeft(set, seen)
      print(
        "\(set.name): \(seen.count) kernels on \(problems.count) problems, "
          + "\(comparisons) comparisons, all bytes equal", to: &output)
    }
  }

  /// Throws where a kernel of the catalogue is not among `seen`, except those that only measure.
  private func checkNoneIsLeft(
    _ set: InstructionSet, _ seen: Set<String>
  ) throws(CommandFailure) {
    let left = KernelCatalogue.generated.all(on: set).filter {
      !($0 is PeakKernel) && !seen.contains($0.name)
    }
    guard !left.isEmpty else { return }
    throw CommandFailure(
      .checkFailed,
      "no problem needs these kernels of \(set.name): "
        + left.map(\.name).joined(separator: ", "))
  }
}
