import FastViTExecution
import FastViTFiles
import FastViTOperations
import Foundation

/// A profile as a file holds it.
package struct ProfileFile: Sendable {
  /// The profile of all whole lines.
  package private(set) var profile: Profile

  /// Bytes up to the end of the last whole line.
  let wholeBytes: Int

  /// Whether a last line without its line feed was left out: a process died while it wrote the line.
  package let isTorn: Bool

  /// The lists of candidates, in the order of their numbers.
  private(set) var lists: [CandidateList] = []

  /// The places of each list's candidates among the measurements for the list's subject.
  private var places: [[Int]] = []

  /// The measurements for subjects without an entry.
  private var open: [TuningEntry.Subject: Measurements] = [:]

  /// The most bytes of a profile.
  private static let byteLimit = 64 << 20

  /// The most lines of a profile.
  private static let lineLimit = 1_000_000

  /// Reads all of a profile's lines, or throws. Nothing in the file is trusted without a check.
  ///
  /// - Throws: `missingFile` or `unreadable`; `malformed`, with the number of the line, where a line is
  ///   broken, chooses what no kernel can follow, or was measured with kernels of another catalogue.
  package init(contentsOf path: String) throws(FileError) {
    try self.init([UInt8](Self.bytes(of: path)), file: path)
  }

  /// Reads a profile's bytes.
  init(_ bytes: [UInt8], file: String) throws(FileError) {
    let lines = bytes.split(
      separator: UInt8(ascii: "\n"), maxSplits: Self.lineLimit + 1,
      omittingEmptySubsequences: false)
    // After the last line feed comes nothing, or a torn line.
    guard lines.count >= 2 else {
      throw Self.failure(file, 1, found: "no whole line", expected: "a profile's first")
    }
    guard lines.count - 1 <= Self.lineLimit else {
      throw Self.failure(
        file, Self.lineLimit + 1, found: "more lines", expected: "at most \(Self.lineLimit)")
    }
    isTorn = !lines[lines.count - 1].isEmpty
    wholeBytes = bytes.count - lines[lines.count - 1].count
    profile = Profile(try ProfileHeader(Array(lines[0]), file: file))
    for (index, bytes) in lines.dropLast().enumerated().dropFirst() {
      let line = try ProfileLine(Array(bytes), file: file, line: index + 1)
      do throws(ChoiceError) {
        try take(line)
      } catch {
        throw Self.failure(file, index + 1, found: error.found, expected: error.expected)
      }
    }
    for subject in lists.map(\.subject) {
      if let measurements = open.removeValue(forKey: subject) { profile.keep(measurements) }
    }
  }

  private mutating func take(_ line: ProfileLine) throws(ChoiceError) {
    switch line {
    case .entry(let entry):
      guard profile.entry(for: entry.subject) == nil else {
        throw ChoiceError(found: "a second entry for the same", expected: "each once")
      }
      try profile.insert(entry)
      open[entry.subject] = nil
    case .candidates(let number, let list): try take(number, list)
    case .measured(let samples): for sample in samples { try take(sample) }
    }
  }

  private mutating func take(_ number: Int, _ list: CandidateList) throws(ChoiceError) {
    guard number == lists.count else {
      throw ChoiceError(found: "contest \(number)", expected: "\(lists.count), the next")
    }
    guard profile.entry(for: list.subject) == nil else {
      throw ChoiceError(found: "candidates for what is decided", expected: "them before")
    }
    var choices = PlanChoices()
    for choice in list.choices { try choices.choose(choice, for: list.subject.key) }
    guard !list.choices.isEmpty, Set(list.choices).count == list.choices.count else {
      throw ChoiceError(found: "no candidate, or one twice", expected: "each once")
    }
    lists.append(list)
    let empty = Measurements(CandidateList(list.subject, []))
    places.append(open[list.subject, default: empty].include(list.choices))
  }

  private mutating func take(_ sample: Sample) throws(ChoiceError) {
    guard sample.contest < lists.count, sample.candidate < places[sample.contest].count else {
      throw ChoiceError(
        found: "candidate \(sample.candidate) of contest \(sample.contest)",
        expected: "one that is listed before")
    }
    let subject = lists[sample.contest].subject
    guard profile.entry(for: subject) == nil else {
      throw ChoiceError(found: "a measurement for what is decided", expected: "it before")
    }
    open[subject]?.record(
      places[sample.contest][sample.candidate], nanoseconds: Double(sample.nanoseconds))
  }

  private static func bytes(of path: String) throws(FileError) -> Data {
    let data: Data
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      data = try file.read(upToCount: byteLimit + 1) ?? Data()
    } catch {
      throw FileError(
        FileManager.default.fileExists(atPath: path) ? .unreadable : .missingFile, file: path,
        found: "no file that can be read", expected: "a tuning profile")
    }
    guard data.count <= byteLimit else {
      throw FileError(
        .malformed, file: path, found: "a file of more than \(byteLimit) bytes",
        expected: "a tuning profile")
    }
    return data
  }

  /// The error for line `line`, from 1.
  static func failure(
    _ file: String, _ line: Int, found: String, expected: String
  ) -> FileError {
    FileError(.malformed, file: "\(file): line \(line)", found: found, expected: expected)
  }
}
