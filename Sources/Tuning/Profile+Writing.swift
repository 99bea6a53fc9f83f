import FastViTExecution
import FastViTFiles
import FastViTOperations
import Foundation

extension ProfileHeader {
  /// The header's line, with its line feed.
  var line: String {
    var line = JSONLine()
    line.append("fastvit_tuning", "\(Self.version)")
    line.append("catalogue", text: catalogue)
    line.append("cpu", text: cpu)
    line.append("caches", texts: caches)
    line.append("cores", "\(cores)")
    line.append("toolchain", text: toolchain)
    return line.finished
  }
}

extension TuningEntry {
  /// The entry's line, with its line feed.
  var line: String {
    var line = JSONLine()
    line.append(key)
    switch choice {
    case .kernels(let names): line.append("kernels", texts: names)
    case .step(let step): line.append(step)
    }
    line.append("ns", "\(time)")
    line.append("spread_ns", "\(spread)")
    line.append("default_ns", "\(defaultTime)")
    line.append("samples", "\(samples)")
    return line.finished
  }
}

extension CandidateList {
  /// The list's line, with its line feed.
  ///
  /// - Parameter number: how many lists come before it in the file; lines of measurements name it by that.
  func line(_ number: Int) -> String {
    var line = JSONLine()
    line.append("contest", "\(number)")
    line.append(subject.key)
    let choices = choices.map { choice in
      switch choice {
      case .kernels(let names): return JSONLine.array(names.map(JSONLine.quoted))
      case .step(let step):
        var object = JSONLine()
        object.append(step)
        return object.object
      }
    }
    line.append(subject.isOfKernels ? "candidates" : "cuts", JSONLine.array(choices))
    return line.finished
  }
}

/// One measurement, as profiles write it.
struct Sample: Sendable, Hashable {
  /// The number of the list of candidates in the file.
  let contest: Int
  /// The place of the candidate in the list.
  let candidate: Int
  let nanoseconds: Int

  /// The one line of `samples`, with its line feed.
  static func line(_ samples: [Sample]) -> String {
    var line = JSONLine()
    let texts = samples.map { "[\($0.contest), \($0.candidate), \($0.nanoseconds)]" }
    line.append("measured", JSONLine.array(texts))
    return line.finished
  }
}

extension Profile {
  /// The contents of the whole file.
  private var text: String {
    var text = header.line + entries.map(\.line).joined()
    for (number, measurements) in undecided.enumerated() {
      let samples = measurements.samples.enumerated().flatMap { candidate, times in
        times.map { Sample(contest: number, candidate: candidate, nanoseconds: Int($0)) }
      }
      text += measurements.list.line(number) + Sample.line(samples)
    }
    return text
  }

  /// Writes the profile to `path`; the file appears whole or not at all.
  package func write(to path: String) throws(FileError) {
    try write(to: WholeFile(path))
  }

  /// Writes the profile as the contents of `file`.
  func write(to file: WholeFile) throws(FileError) {
    try file.write(Data(text.utf8))
    try file.commit()
  }
}

/// Builds a JSON object in one line, member by member.
private struct JSONLine {
  private var members: [String] = []

  mutating func append(_ name: String, _ value: String) { members.append("\"\(name)\": \(value)") }

  mutating func append(_ name: String, text value: String) {
    append(name, Self.quoted(value))
  }

  mutating func append(_ name: String, texts values: [String]) {
    append(name, Self.array(values.map(Self.quoted)))
  }

  mutating func append(_ key: PlanChoices.Key) {
    append("operations", texts: key.operations.map(\.description))
    append("isa", text: key.instructionSet.name)
    append("threads", "\(key.workers)")
  }

  mutating func append(_ step: StepChoice) {
    if let isFused = step.isFused { append("fused", "\(isFused)") }
    if let sharing = step.sharing { append("share", text: sharing.rawValue) }
    if let bandRows = step.bandRows { append("band", "\(bandRows)") }
    if let tasks = step.tasksPerWorker { append("tasks", "\(tasks)") }
  }

  var object: String { "{" + members.joined(separator: ", ") + "}" }

  /// The object with its line feed.
  var finished: String { object + "\n" }

  static func array(_ values: [String]) -> String {
    "[" + values.joined(separator: ", ") + "]"
  }

  static func quoted(_ value: String) -> String {
    var text = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\0"..<" ", "\u{7F}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
