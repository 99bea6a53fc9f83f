import FastViTOperations
import Foundation

/// The command line: writes the generated files, verifies them, or lists the kernels.
@main
enum Kernelgen {
  static let usage = """
    usage: kernelgen [--root DIR]          write what changed, delete orphans
           kernelgen verify [--root DIR]   exit 1 if the files differ from the plan
           kernelgen list [--json]         print every kernel
           kernelgen scan ISA              read `llvm-objdump -d --no-show-raw-insn` of a module
                                           from standard input; exit 1 where its hot loops are
                                           not as planned
           kernelgen sweep OPTION...       time tiles that are not in the plan; see sweep --help
    """

  static func main() {
    do {
      let status = try run(Array(CommandLine.arguments.dropFirst()))
      guard fflush(nil) == 0 else {
        complain("kernelgen: cannot write standard output: \(String(cString: strerror(errno)))")
        exit(74)
      }
      exit(status)
    } catch let error as ArgumentError {
      complain("kernelgen: \(error.message)\n\(usage)")
      exit(64)
    } catch let error as SweepFailure {
      complain("kernelgen: \(error)")
      exit(error.code.rawValue)
    } catch let error as GeneratedTree.Failure {
      complain("kernelgen: \(error)")
      exit(74)
    } catch {
      complain("kernelgen: \(error)")
      exit(1)
    }
  }

  /// Runs the command in `arguments` and returns its exit status; `say` prints results, `complain` what is
  /// wrong.
  static func run(
    _ arguments: [String], plan: KernelPlan = .committed,
    say: (String) -> Void = { print($0) }, complain: (String) -> Void = complain
  ) throws -> Int32 {
    if arguments.first == "sweep" {
      try Sweep.run(Array(arguments.dropFirst()), say: say, complain: complain)
      return 0
    }
    var words: [String] = []
    var root = FileManager.default.currentDirectoryPath
    var json = false
    var rest = arguments[...]
    while let word = rest.popFirst() {
      switch word {
      case "--root":
        guard let value = rest.popFirst() else {
          throw ArgumentError(message: "--root needs a folder")
        }
        root = value
      case "--json": json = true
      case "--help", "-h":
        say(usage)
        return 0
      default: words.append(word)
      }
    }
    if json && words != ["list"] { throw ArgumentError(message: "--json belongs to list") }
    switch words {
    case []:
      let files = try plan.files()
      let drift = try tree(root).update(to: files)
      for difference in drift { say("\(difference)") }
      say("\(files.count) files, \(drift.count) written or deleted")
      return 0
    case ["verify"]:
      let files = try plan.files()
      let drift = try tree(root).drift(from: files)
      for difference in drift { complain("\(difference)") }
      if drift.isEmpty { say("\(files.count) files as planned") }
      return drift.isEmpty ? 0 : 1
    case ["list"]:
      let kernels = try KernelListing.all(of: plan)
      say(json ? try KernelListing.json(kernels) : KernelListing.table(kernels))
      return 0
    case let words where words.count == 2 && words[0] == "scan":
      guard let instructionSet = InstructionSet(named: words[1]) else {
        throw ArgumentError(message: "unknown instruction set: \(words[1])")
      }
      let input = FileHandle.standardInput.readDataToEndOfFile()
      let text = String(decoding: input, as: UTF8.self)
      return try scan(text, plan, instructionSet, say: say, complain: complain)
    default: throw ArgumentError(message: "unknown command: \(words.joined(separator: " "))")
    }
  }

  /// Compares the disassembly of a module with the plan and returns the exit status.
  static func scan(
    _ disassembly: String, _ plan: KernelPlan, _ instructionSet: InstructionSet,
    say: (String) -> Void, complain: (String) -> Void
  ) throws -> Int32 {
    let target = Target.all.first { $0.instructionSet == instructionSet }
    guard let dialect = target?.dialect else {
      throw ArgumentError(message: "\(instructionSet.name) has no multiply-add instruction")
    }
    let kernels = try KernelListing.all(of: plan).filter {
      $0.instructionSet == instructionSet.name
    }
    let outcome = AssemblyScan(dialect: dialect).check(disassembly, against: kernels)
    for complaint in outcome.complaints { complain(complaint) }
    say(
      "\(instructionSet.name): \(outcome.kernelsChecked) kernels, of which "
        + "\(outcome.hotLoopsChecked) with planned hot loops, "
        + "\(outcome.complaints.count) complaints")
    return outcome.complaints.isEmpty ? 0 : 1
  }

  /// The tree at `root`, which must be this repository, because orphans are deleted.
  private static func tree(_ root: String) throws -> GeneratedTree {
    if let obstacle = whyNotRepository(root) { throw ArgumentError(message: obstacle) }
    return GeneratedTree(root: root)
  }

  /// Why the folder `root` cannot be this repository; nil where it can.
  static func whyNotRepository(_ root: String) -> String? {
    ["Package.swift", "Generator"].first {
      !FileManager.default.fileExists(atPath: root + "/" + $0)
    }.map { "\(root) is not the repository: it has no \($0)" }
  }

  private static func complain(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }
}

/// Arguments that make no command.
struct ArgumentError: Error {
  let message: String
}
