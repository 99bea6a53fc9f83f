import CommandLineTool
import FastViT
import KernelCatalog
import KernelContract

/// The arguments that choose problems and instruction sets, and what they mean.
enum ProblemArguments {
  static let problems = Parameter<[String]>.arguments(
    "PROBLEM", .string, help: "Problems in benchdnn's notation, such as ic48ih64oc144kh1+gelu.")
  static let shapes = Parameter<String?>.option(
    "shapes", "FILE", .path, help: "A file of problems, one a line.")

  /// The problems that words of the command line denote.
  static func parsed(_ texts: [String]) throws(UsageError) -> [NamedProblem] {
    var problems: [NamedProblem] = []
    for text in texts {
      do throws(ProblemError) {
        problems.append(try NamedProblem(parsing: text))
      } catch {
        throw UsageError("problem '\(text)': \(error)")
      }
    }
    return problems
  }

  /// Throws where there is no problem at all.
  static func checkGiven(_ problems: [NamedProblem], _ shapes: String?) throws(UsageError) {
    if problems.isEmpty && shapes == nil {
      throw UsageError("no problem is given, neither as an argument nor with '--shapes FILE'")
    }
  }

  /// The problems of the file at `path`, which holds some: a check of none would say nothing.
  static func contents(of path: String) throws(CommandFailure) -> [NamedProblem] {
    let problems: [NamedProblem]
    do {
      problems = try ShapeFile.read(path)
    } catch {
      throw CommandFailure(error.code == .missingInput ? .noInput : .data, error.description)
    }
    guard !problems.isEmpty else {
      throw CommandFailure(.data, "\(path): found no problem, expected one a line")
    }
    return problems
  }

  /// `chosen`, or this machine's best where nothing is chosen.
  static func instructionSet(
    _ chosen: KernelContract.InstructionSet?
  ) throws(CommandFailure) -> KernelContract.InstructionSet {
    let available = KernelContract.InstructionSet.availableHere
    let set = chosen ?? available[0]
    guard available.contains(set) else {
      let names = available.map(\.rawValue).joined(separator: ", ")
      throw CommandFailure(
        .usage, "this machine or its system has no \(set.rawValue), expected one of \(names)")
    }
    return set
  }
}

extension KernelContract.InstructionSet {
  /// Those that this machine and its system can run, best first.
  static var availableHere: [KernelContract.InstructionSet] {
    allCases.filter(KernelCatalog.isAvailable)
  }
}
