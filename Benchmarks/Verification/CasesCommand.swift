import FastViT
import FastViTCommandLine
import FastViTOperations
import FastViTScheduler
import Foundation

/// `fastvit-bench cases`: writes calls of kernels for another machine, with operands and expected bytes.
struct CasesCommand: Command {
  static let plan = Parameter<String>.requiredOption(
    "plan", "FILE", .path, help: "What `kernelgen list --json` prints.")
  static let instructionSet = Parameter<InstructionSet>.requiredOption(
    "isa", "NAME", .instructionSet,
    help: "The other machine's instruction set.")
  static let output = Parameter<String>.requiredOption(
    "output", "FILE", .path, help: "The file to write.")

  static let description = CommandDescription(
    name: "cases",
    abstract: "Write calls of another machine's kernels, with operands and expected bytes.",
    discussion: """
      Every planned kernel of the instruction set does every problem it can, whole and in two parts. \
      The file holds each call's arguments, with exactly those values that the kernel may read, and \
      the reference's result; Tests/Elsewhere/driver.c reads it.
      """,
    parameters: [
      plan, instructionSet, output, ProblemArguments.shapes, ProblemArguments.problems,
    ])

  let plan: String
  let instructionSet: InstructionSet
  let outputFile: String
  let problems: [NamedProblem]
  let shapes: String?

  init(_ arguments: ParsedArguments) throws(UsageError) {
    plan = arguments[Self.plan]
    instructionSet = arguments[Self.instructionSet]
    outputFile = arguments[Self.output]
    problems = try ProblemArguments.parsed(arguments[ProblemArguments.problems])
    shapes = arguments[ProblemArguments.shapes]
    try ProblemArguments.checkGiven(problems, shapes)
  }

  func run(to output: inout some TextOutputStream) throws(CommandFailure) {
    let problems = try self.problems + (shapes.map(ProblemArguments.contents) ?? [])
    let planned = try plannedKernels()
    let recorder = CallRecorder()
    let kernels = KernelCatalogue(
      planned: planned, on: instructionSet, recordedBy: recorder)
    var file = CaseFile()
    var seen: Set<String> = []
    for named in problems {
      let workload = Workload(
        named.problem, on: instructionSet, from: kernels, team: Team())
      for candidate in workload.candidates {
        for parts in 1...2 {
          for part in 0..<parts { candidate.run(part, parts) }
          let calls = recorder.takeCalls()
          seen.formUnion(calls.map(\.kernel))
          file.append("\(named.problem) in \(parts)", workload.result, calls)
        }
      }
    }
    let left = planned.filter { $0.descriptor != "PeakKernel" && !seen.contains($0.name) }
    guard left.isEmpty else {
      throw CommandFailure(
        .checkFailed,
        "no problem needs these kernels of \(instructionSet.name): "
          + left.map(\.name).joined(separator: ", "))
    }
    do {
      try TextFile.write(file.data, to: outputFile)
    } catch {
      throw CommandFailure(
        error.code == .cannotCreate ? .cannotCreate : .inputOutput, error.description)
    }
    print(
      "\(instructionSet.name): \(seen.count) kernels on \(problems.count) problems, "
        + "\(file.count) cases", to: &output)
  }

  private func plannedKernels() throws(CommandFailure) -> [PlannedKernel] {
    let text: String
    do {
      text = try TextFile.read(plan)
    } catch {
      throw CommandFailure(error.code == .missingInput ? .noInput : .data, error.description)
    }
    do {
      return try JSONDecoder().decode([PlannedKernel].self, from: Data(text.utf8)).filter {
        $0.instructionSet == instructionSet.name
      }
    } catch {
      throw CommandFailure(.data, "\(plan): found no listing of kernels: \(error)")
    }
  }
}

/// The file that `Tests/Elsewhere/driver.c` reads: little-endian, integers of 64 bits, each text after its
/// length.
struct CaseFile {
  private(set) var count = 0
  private var body = Data()

  /// - Parameter result: where the calls write, and what must be there afterwards.
  mutating func append(_ label: String, _ result: Workload.Result, _ calls: [RecordedCall]) {
    count += 1
    append(label)
    append(result.expected.map { $0 ?? FloatBuffer.poison })
    append(calls.count)
    for call in calls {
      append(call.kernel)
      append(call.arguments.count)
      for argument in call.arguments { append(argument, result.buffer) }
    }
  }

  var data: Data {
    var head = CaseFile()
    head.body.append(contentsOf: "FVCASE01".utf8)
    head.append(count)
    return head.body + body
  }

  private mutating func append(_ argument: RecordedCall.Argument, _ output: FloatBuffer) {
    switch argument {
    case .integer(let value):
      append(0)
      append(value)
    case .values(let values):
      append(1)
      append(values)
    case .scratch(let count):
      append(2)
      append(count)
    case .output(let place):
      append(3)
      let start = UnsafeMutableRawPointer(output.pointer)
      append((place - start) / MemoryLayout<Float>.stride)
    case .none:
      append(0)
      append(0)
    }
  }

  private mutating func append(_ value: Int) {
    withUnsafeBytes(of: Int64(value).littleEndian) { body.append(contentsOf: $0) }
  }

  private mutating func append(_ text: String) {
    append(text.utf8.count)
    body.append(contentsOf: text.utf8)
  }

  private mutating func append(_ values: [Float]) {
    append(values.count)
    let words = values.map { $0.bitPattern.littleEndian }
    words.withUnsafeBytes { body.append(contentsOf: $0) }
  }
}
