import Checkpoints
import Execution
import Foundation
import KernelCatalog
import KernelContract

/// A profile as it was found in a file.
package struct ProfileFile: Sendable {
  package let profile: Profile

  /// Bytes up to the end of the last whole line.
  let wholeBytes: Int

  /// Whether a last line without its end was left out: a process died while it wrote.
  package let isTorn: Bool

  /// A larger file is no profile.
  private static let byteLimit = 16 << 20

  /// More are no profile.
  private static let entryLimit = 100_000

  /// Reads all of a profile's lines, or nothing. The file is believed in nothing.
  ///
  /// - Throws: `missingFile` or `unreadable`; `malformed` naming the line where one is no entry, chooses
  ///   what no kernel can follow, or was measured with other kernels than these.
  package init(contentsOf path: String) throws(CheckpointError) {
    try self.init([UInt8](Self.bytes(of: path)), file: path)
  }

  /// Reads a profile's bytes.
  init(_ bytes: [UInt8], file: String) throws(CheckpointError) {
    let lines = bytes.split(
      separator: UInt8(ascii: "\n"), maxSplits: Self.entryLimit + 2,
      omittingEmptySubsequences: false)
    // Behind the last line feed lies nothing, or a torn line.
    guard lines.count >= 2 else {
      throw Self.failure(file, 1, found: "no whole line", expected: "a profile's first")
    }
    guard lines.count - 2 <= Self.entryLimit else {
      throw Self.failure(
        file, Self.entryLimit + 2, found: "more lines", expected: "at most \(Self.entryLimit)")
    }
    isTorn = !lines[lines.count - 1].isEmpty
    wholeBytes = bytes.count - lines[lines.count - 1].count
    var profile = Profile(try ProfileHeader(Array(lines[0]), file: file))
    for (index, line) in lines.dropLast().enumerated().dropFirst() {
      let entry = try TuningEntry(Array(line), file: file, line: index + 1)
      guard profile.entry(for: entry.subject) == nil else {
        throw Self.failure(
          file, index + 1, found: "a second entry for the same", expected: "each once")
      }
      do throws(ChoiceError) {
        try profile.insert(entry)
      } catch {
        throw Self.failure(file, index + 1, found: error.found, expected: error.expected)
      }
    }
    self.profile = profile
  }

  private static func bytes(of path: String) throws(CheckpointError) -> Data {
    let data: Data
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      data = try file.read(upToCount: byteLimit + 1) ?? Data()
    } catch {
      throw CheckpointError(
        FileManager.default.fileExists(atPath: path) ? .unreadable : .missingFile, file: path,
        found: "no file that can be read", expected: "a tuning profile")
    }
    guard data.count <= byteLimit else {
      throw CheckpointError(
        .malformed, file: path, found: "a file of more than \(byteLimit) bytes",
        expected: "a tuning profile")
    }
    return data
  }

  /// The error for line `line`, from 1.
  static func failure(
    _ file: String, _ line: Int, found: String, expected: String
  ) -> CheckpointError {
    CheckpointError(.malformed, file: "\(file): line \(line)", found: found, expected: expected)
  }
}

extension ProfileHeader {
  /// The header that the bytes of a line hold.
  fileprivate init(_ line: [UInt8], file: String) throws(CheckpointError) {
    var version: Int?
    var catalogue: String?
    var cpu: String?
    var caches: [String]?
    var cores: Int?
    var toolchain: String?
    var cursor = TextCursor(line, file: "\(file): line 1", part: "the line")
    try cursor.object { (cursor, key) throws(CheckpointError) in
      switch key {
      case "fastvit_tuning": version = try cursor.naturalNumber()
      case "catalogue": catalogue = try cursor.string()
      case "cpu": cpu = try cursor.string()
      case "caches": caches = try cursor.strings(limit: 16)
      case "cores": cores = try cursor.naturalNumber()
      case "toolchain": toolchain = try cursor.string()
      default: throw cursor.failure(found: "the key '\(key)'", expected: "a header's")
      }
    }
    try cursor.end()
    guard version == Self.version else {
      throw ProfileFile.failure(
        file, 1, found: version.map { "version \($0)" } ?? "no version",
        expected: "version \(Self.version)")
    }
    guard let catalogue, let cpu, let caches, let cores, let toolchain else {
      throw ProfileFile.failure(
        file, 1, found: "an incomplete header",
        expected: "catalogue, cpu, caches, cores and toolchain")
    }
    guard catalogue == KernelCatalog.digest else {
      throw ProfileFile.failure(
        file, 1, found: "measurements of catalogue '\(catalogue)'",
        expected: "those of this build's, '\(KernelCatalog.digest)'")
    }
    self.init(catalogue: catalogue, cpu: cpu, caches: caches, cores: cores, toolchain: toolchain)
  }
}

extension TuningEntry {
  /// The most operations of a step.
  private static let mostOperations = 4

  /// The most workers.
  private static let mostWorkers = 1024

  /// The entry that the bytes of a line hold.
  fileprivate init(_ bytes: [UInt8], file: String, line: Int) throws(CheckpointError) {
    var operations: [String]?
    var isa: String?
    var names: [String]?
    var step = StepChoice()
    var share: String?
    var numbers: [String: Int] = [:]
    var times: [String: Double] = [:]
    var cursor = TextCursor(bytes, file: "\(file): line \(line)", part: "the line")
    try cursor.object { (cursor, key) throws(CheckpointError) in
      switch key {
      case "operations": operations = try cursor.strings(limit: Self.mostOperations)
      case "isa": isa = try cursor.string()
      case "kernels": names = try cursor.strings(limit: Self.mostOperations)
      case "fused": step.isFused = try cursor.boolean()
      case "share": share = try cursor.string()
      case "threads", "samples", "band", "tiles": numbers[key] = try cursor.naturalNumber()
      case "ns", "spread_ns", "default_ns": times[key] = try cursor.magnitude()
      default: throw cursor.failure(found: "the key '\(key)'", expected: "an entry's")
      }
    }
    try cursor.end()
    guard let operations, let isa, let workers = numbers["threads"], let time = times["ns"],
      let spread = times["spread_ns"], let defaultTime = times["default_ns"],
      let samples = numbers["samples"], (1...Self.mostWorkers).contains(workers)
    else {
      throw ProfileFile.failure(
        file, line, found: "an incomplete entry",
        expected: "operations, isa, threads from 1 to \(Self.mostWorkers), ns, spread_ns, "
          + "default_ns and samples")
    }
    step.sharing = try share.map { word throws(CheckpointError) in
      guard let sharing = StepChoice.Sharing(rawValue: word) else {
        throw cursor.failure(found: "'\(word.prefix(40))'", expected: "rows or channels")
      }
      return sharing
    }
    step.bandRows = numbers["band"]
    step.tilesPerWorker = numbers["tiles"]
    guard names == nil || step == StepChoice() else {
      throw ProfileFile.failure(
        file, line, found: "kernels and a cut", expected: "an entry for each")
    }
    guard let instructionSet = InstructionSet(rawValue: isa) else {
      throw ProfileFile.failure(
        file, line, found: "'\(isa.prefix(40))'", expected: "an instruction set")
    }
    self.init(
      key: PlanChoices.Key(
        try operations.map { text throws(CheckpointError) in
          try Self.problem(text, file: file, line: line)
        }, on: instructionSet, workers: workers),
      choice: names.map { .kernels($0) } ?? .step(step), time: time, spread: spread,
      defaultTime: defaultTime, samples: samples)
  }

  private static func problem(
    _ text: String, file: String, line: Int
  ) throws(CheckpointError) -> OperationProblem {
    do throws(ProblemError) {
      return try NamedProblem(parsing: text).problem
    } catch {
      throw ProfileFile.failure(
        file, line, found: "\(error.found) in an operation", expected: error.expected)
    }
  }
}

extension TextCursor {
  /// Steps over spaces to the end, which must come next.
  fileprivate mutating func end() throws(CheckpointError) {
    skipSpace()
    guard next == nil else { throw failure(expected: "the end of the line") }
  }
}
