import FastViT
import FastViTCatalogue
import FastViTCommandLine
import FastViTOperations
import FastViTScheduler

/// The command-line arguments that choose problems and instruction sets, and their values.
enum ProblemArguments {
  static let problems = Parameter<[String]>.arguments(
    "PROBLEM", .string, help: "Problems in benchdnn's notation, such as ic48ih64oc144kh1+gelu.")
  static let shapes = Parameter<String?>.option(
    "shapes", "FILE", .path, help: "A file of problems, one per line.")

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

  /// The problems of the file at `path`. Throws where there are none, because a check of no problem would
  /// say nothing.
  static func contents(of path: String) throws(CommandFailure) -> [NamedProblem] {
    let problems: [NamedProblem]
    do {
      problems = try ShapeFile.read(path)
    } catch {
      throw CommandFailure(error.code == .missingInput ? .noInput : .data, error.description)
    }
    guard !problems.isEmpty else {
      throw CommandFailure(.data, "\(path): found no problem, expected one per line")
    }
    return problems
  }

  /// `chosen`, or this machine's best where nothing is chosen.
  static func instructionSet(
    _ chosen: InstructionSet?
  ) throws(CommandFailure) -> InstructionSet {
    let set = chosen ?? .best
    guard set.runsHere else {
      let names = InstructionSet.available.map(\.name).joined(separator: ", ")
      throw CommandFailure(
        .usage, "this machine or its system has no \(set.name), expected one of \(names)")
    }
    return set
  }
}

extension ValueType where Value == InstructionSet {
  /// An instruction set that kernels are generated for, by its name.
  static var instructionSet: Self {
    let names = InstructionSet.all.map(\.name)
    return ValueType(
      expecting: "one of " + names.joined(separator: ", "), choices: names
    ) { InstructionSet(named: $0) }
  }
}

extension Workload {
  /// A problem with the catalogue's kernels, in a sweep also with its candidates, and with the dispatcher's
  /// pick.
  init(_ problem: OperationProblem, on instructionSet: InstructionSet) {
    self.init(
      problem, on: instructionSet, from: .generated.adding(SweptKernels.catalogue),
      picksFrom: .generated, team: Team())
  }
}
