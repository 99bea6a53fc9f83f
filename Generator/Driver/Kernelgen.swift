import Foundation
import KernelContract

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
    """

  static func main() {
    do {
      exit(try run(Array(CommandLine.arguments.dropFirst())))
    } catch let error as UsageError {
      complain("kernelgen: \(error.message)\n\(usage)")
      exit(64)
    } catch {
      complain("kernelgen: \(error)")
      exit(1)
    }
  }

  /// The exit status of the command in `arguments`.
  static func run(_ arguments: [String], plan: Plan = .committed) throws -> Int32 {
    var words: [String] = []
    var root = FileManager.default.currentDirectoryPath
    var json = false
    var rest = arguments[...]
    while let word = rest.popFirst() {
      switch word {
      case "--root":
        guard let value = rest.popFirst() else {
          throw UsageError(message: "--root needs a folder")
        }
        root = value
      case "--json": json = true
      case "--help", "-h":
        print(usage)
        return 0
      default: words.append(word)
      }
    }
    if json && words != ["list"] { throw UsageError(message: "--json belongs to list") }
    switch words {
    case []: return try write(plan, to: try tree(root))
    case ["verify"]: return try verify(plan, in: try tree(root))
    case ["list"]:
      let kernels = try KernelListing.all(of: plan)
      print(json ? try KernelListing.json(kernels) : KernelListing.table(kernels))
      return 0
    case let words where words.count == 2 && words[0] == "scan":
      guard let instructionSet = InstructionSet(rawValue: words[1]) else {
        throw UsageError(message: "unknown instruction set: \(words[1])")
      }
      return try scan(plan, instructionSet)
    default: throw UsageError(message: "unknown command: \(words.joined(separator: " "))")
    }
  }

  private static func write(_ plan: Plan, to tree: GeneratedTree) throws -> Int32 {
    let files = try plan.files()
    let drift = try tree.update(to: files)
    for difference in drift { print(difference) }
    print("\(files.count) files, \(drift.count) written or deleted")
    return 0
  }

  private static func verify(_ plan: Plan, in tree: GeneratedTree) throws -> Int32 {
    let files = try plan.files()
    let drift = try tree.drift(from: files)
    for difference in drift { complain("\(difference)") }
    if drift.isEmpty { print("\(files.count) files as planned") }
    return drift.isEmpty ? 0 : 1
  }

  private static func scan(_ plan: Plan, _ instructionSet: InstructionSet) throws -> Int32 {
    guard let dialect = AssemblyScan.Dialect.of(instructionSet) else {
      throw UsageError(message: "\(instructionSet.rawValue) has no multiply-add instruction")
    }
    let kernels = try KernelListing.all(of: plan).filter {
      $0.instructionSet == instructionSet.rawValue
    }
    let input = FileHandle.standardInput.readDataToEndOfFile()
    let outcome = AssemblyScan(dialect: dialect).check(
      String(decoding: input, as: UTF8.self), against: kernels)
    for complaint in outcome.complaints { complain(complaint) }
    print(
      "\(instructionSet.rawValue): \(outcome.kernelsChecked) kernels, "
        + "\(outcome.complaints.count) complaints")
    return outcome.complaints.isEmpty ? 0 : 1
  }

  /// The tree at `root`, which must be this repository, because orphans are deleted.
  private static func tree(_ root: String) throws -> GeneratedTree {
    for landmark in ["Package.swift", "Generator"]
    where !FileManager.default.fileExists(atPath: root + "/" + landmark) {
      throw UsageError(message: "\(root) is not the repository: it has no \(landmark)")
    }
    return GeneratedTree(root: root)
  }

  private static func complain(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }
}

/// Arguments that make no command.
struct UsageError: Error {
  let message: String
}
