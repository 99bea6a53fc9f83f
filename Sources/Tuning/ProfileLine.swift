import FastViTExecution
import FastViTFiles
import FastViTOperations

/// The content of one line of a profile after the first.
enum ProfileLine {
  /// A decision.
  case entry(TuningEntry)
  /// The candidates of a decision; the number is how many such lines come before this one.
  case candidates(Int, CandidateList)
  /// The samples of one run.
  case measured([Sample])

  /// The content of a line's bytes.
  ///
  /// - Parameter line: the number of the line, from 1.
  init(_ bytes: [UInt8], file: String, line: Int) throws(FileError) {
    var fields = LineFields()
    var cursor = TextCursor(bytes, file: "\(file): line \(line)", part: "the line")
    try cursor.object { (cursor, key) throws(FileError) in
      try fields.read(key, from: &cursor)
    }
    try cursor.end()
    do throws(ChoiceError) {
      self = try fields.line()
    } catch {
      throw ProfileFile.failure(file, line, found: error.found, expected: error.expected)
    }
  }
}

/// The members of a line.
private struct LineFields {
  private var keys: Set<String> = []
  private var operations: [String] = []
  private var isa = ""
  private var kernels: [String] = []
  private var cut = StepChoice()
  private var numbers: [String: Int] = [:]
  private var times: [String: Double] = [:]
  private var choices: [TuningChoice] = []
  private var samples: [Sample] = []

  /// The most operations of a step, and the most segments of a matrix product.
  private static let mostNames = 4
  private static let mostCandidates = 1 << 16
  private static let mostWorkers = 1024
  private static let mostNanoseconds = 1 << 53

  private static let cutKeys: Set = ["fused", "share", "band", "tasks"]
  private static let subjectKeys: Set = ["operations", "isa", "threads"]
  private static let resultKeys: Set = ["ns", "spread_ns", "default_ns", "samples"]

  mutating func read(
    _ key: String, from cursor: inout TextCursor
  ) throws(FileError) {
    keys.insert(key)
    switch key {
    case "operations": operations = try cursor.strings(limit: Self.mostNames)
    case "isa": isa = try cursor.string()
    case "kernels": kernels = try cursor.strings(limit: Self.mostNames)
    case "contest", "threads", "samples": numbers[key] = try cursor.naturalNumber()
    case "ns", "spread_ns", "default_ns": times[key] = try cursor.magnitude()
    case "candidates":
      try cursor.array(limit: Self.mostCandidates) { (cursor) throws(FileError) in
        choices.append(.kernels(try cursor.strings(limit: Self.mostNames)))
      }
    case "cuts":
      try cursor.array(limit: Self.mostCandidates) { (cursor) throws(FileError) in
        var cut = StepChoice()
        try cursor.object { (cursor, key) throws(FileError) in
          guard try Self.read(key, of: &cut, from: &cursor) else {
            throw cursor.failure(found: "the key '\(key)'", expected: "a cut's")
          }
        }
        choices.append(.step(cut))
      }
    case "measured":
      try cursor.array(limit: .max) { (cursor) throws(FileError) in
        samples.append(try Self.sample(&cursor))
      }
    default:
      guard try Self.read(key, of: &cut, from: &cursor) else {
        throw cursor.failure(found: "the key '\(key)'", expected: "a profile's")
      }
    }
  }

  /// Reads a member of a cut; returns false for a key that cuts do not have.
  private static func read(
    _ key: String, of cut: inout StepChoice, from cursor: inout TextCursor
  ) throws(FileError) -> Bool {
    switch key {
    case "fused": cut.isFused = try cursor.boolean()
    case "band": cut.bandRows = try cursor.naturalNumber()
    case "tasks": cut.tasksPerWorker = try cursor.naturalNumber()
    case "share":
      let word = try cursor.string()
      guard let sharing = StepChoice.Sharing(rawValue: word) else {
        throw cursor.failure(found: "'\(word.prefix(40))'", expected: "rows or channels")
      }
      cut.sharing = sharing
    default: return false
    }
    return true
  }

  private static func sample(_ cursor: inout TextCursor) throws(FileError) -> Sample {
    var numbers: [Int] = []
    try cursor.array(limit: 3) { (cursor) throws(FileError) in
      numbers.append(try cursor.naturalNumber())
    }
    guard numbers.count == 3, numbers[2] <= mostNanoseconds else {
      throw cursor.failure(
        found: "another array", expected: "contest, candidate and nanoseconds")
    }
    return Sample(contest: numbers[0], candidate: numbers[1], nanoseconds: numbers[2])
  }

  /// The line that the members make together.
  func line() throws(ChoiceError) -> ProfileLine {
    if keys.contains("measured") {
      try allow(["measured"])
      return .measured(samples)
    }
    if let number = numbers["contest"] {
      let kind = keys.contains("candidates") ? "candidates" : "cuts"
      try require(Self.subjectKeys.union(["contest", kind]), "an incomplete contest")
      let subject = TuningEntry.Subject(key: try key(), isOfKernels: kind == "candidates")
      return .candidates(number, CandidateList(subject, choices))
    }
    let needed = Self.subjectKeys.union(Self.resultKeys)
    let chosen: Set = keys.contains("kernels") ? ["kernels"] : Self.cutKeys
    try require(needed, "an incomplete entry", or: chosen)
    return .entry(
      TuningEntry(
        key: try key(), choice: keys.contains("kernels") ? .kernels(kernels) : .step(cut),
        time: times["ns"] ?? 0, spread: times["spread_ns"] ?? 0,
        defaultTime: times["default_ns"] ?? 0, samples: numbers["samples"] ?? 0))
  }

  private func require(
    _ needed: Set<String>, _ found: String, or optional: Set<String> = []
  ) throws(ChoiceError) {
    guard needed.isSubset(of: keys) else {
      throw ChoiceError(found: found, expected: needed.sorted().joined(separator: ", "))
    }
    try allow(needed.union(optional))
  }

  private func allow(_ allowed: Set<String>) throws(ChoiceError) {
    guard let key = keys.subtracting(allowed).min() else { return }
    throw ChoiceError(
      found: "the key '\(key)'", expected: "only \(allowed.sorted().joined(separator: ", "))")
  }

  private func key() throws(ChoiceError) -> PlanChoices.Key {
    guard let workers = numbers["threads"], (1...Self.mostWorkers).contains(workers) else {
      throw ChoiceError(
        found: "\(numbers["threads"] ?? 0) threads", expected: "1 to \(Self.mostWorkers)")
    }
    guard let instructionSet = InstructionSet(named: isa) else {
      throw ChoiceError(found: "'\(isa.prefix(40))'", expected: "an instruction set")
    }
    var problems: [OperationProblem] = []
    for text in operations {
      do throws(ProblemError) {
        problems.append(try NamedProblem(parsing: text).problem)
      } catch {
        throw ChoiceError(found: "\(error.found) in an operation", expected: error.expected)
      }
    }
    return PlanChoices.Key(problems, on: instructionSet, workers: workers)
  }
}

extension TextCursor {
  /// Reads an array of at most `limit` elements. `element` must move the cursor past one element.
  fileprivate mutating func array(
    limit: Int, _ element: (inout TextCursor) throws(FileError) -> Void
  ) throws(FileError) {
    try take("[")
    if skip("]") { return }
    var count = 0
    repeat {
      count += 1
      guard count <= limit else {
        throw failure(found: "more elements", expected: "at most \(limit)")
      }
      try element(&self)
    } while skip(",")
    try take("]")
  }
}
