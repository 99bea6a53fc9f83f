import FastViTCatalogue
import FastViTExecution
import FastViTFiles
import FastViTOperations
import FastViTTestSupport
import Foundation
import Testing

@testable import FastViTTuning

/// Profiles as files: what was written is read back, and anything else is refused.
@Suite struct ProfileFileTests {
  private static func problem(_ text: String) throws -> OperationProblem {
    try NamedProblem(parsing: text).problem
  }

  /// Entries for the instruction set that every machine has.
  static func entries() throws -> [TuningEntry] {
    func entry(_ operations: [String], _ choice: TuningChoice) throws -> TuningEntry {
      TuningEntry(
        key: PlanChoices.Key(try operations.map(problem), on: .portable, workers: 2),
        choice: choice, time: 1234.5, spread: 6.25, defaultTime: 2e6, samples: 11)
    }
    let chain = [
      "g48ic48ih8oc48kh7ph3", "ic48ih8oc96kh1+gelu", "ic96ih8oc48kh1+residual",
    ]
    return [
      try entry(["ic48ih8oc96kh1+gelu"], .kernels(["pointwise_f32_4x2v_gelu*6"])),
      try entry(["ic48ih8oc96kh1+gelu"], .step(StepChoice(tasksPerWorker: 3))),
      try entry(
        chain, .step(StepChoice(isFused: true, sharing: .rows, bandRows: 4, tasksPerWorker: 1))),
      try entry(["g48ic48ih8oc48kh3ph1"], .step(StepChoice(sharing: .channels))),
      try entry(["attention:ic96ih4hd32"], .step(StepChoice())),
    ]
  }

  /// The measurements of two contests that are not decided; in the second one, samples of two candidates
  /// alternate.
  static func undecided() throws -> [Measurements] {
    func list(_ operation: String, _ choices: [TuningChoice]) throws -> CandidateList {
      let key = PlanChoices.Key([try problem(operation)], on: .portable, workers: 2)
      guard case .kernels = choices[0] else {
        return CandidateList(TuningEntry.Subject(key: key, isOfKernels: false), choices)
      }
      return CandidateList(TuningEntry.Subject(key: key, isOfKernels: true), choices)
    }
    var kernels = Measurements(
      try list("ic48ih8oc48kh1", [.kernels(["pointwise_f32_4x2v_bias*3"])]))
    var cuts = Measurements(
      try list(
        "g48ic48ih8oc48kh7ph3",
        [.step(StepChoice()), .step(StepChoice(sharing: .rows, tasksPerWorker: 2))]))
    for time in [7.0, 9, 8] { kernels.record(0, nanoseconds: time) }
    for (candidate, time) in [(1, 5.0), (0, 1e9), (1, 6)] {
      cuts.record(candidate, nanoseconds: time)
    }
    return [kernels, cuts]
  }

  /// The lines of `measurements`: their lists, then one line per sample.
  private static func lines(_ measurements: [Measurements]) -> [String] {
    let lists = measurements.enumerated().map { $1.list.line($0) }
    let samples = measurements.enumerated().flatMap { number, one in
      one.samples.enumerated().flatMap { candidate, times in
        times.map { Sample(contest: number, candidate: candidate, nanoseconds: Int($0)) }
      }
    }
    return lists + samples.map { Sample.line([$0]) }
  }

  private static func text() throws -> String {
    ProfileHeader.current.line + lines(try undecided()).joined()
      + (try entries().map(\.line).joined())
  }

  private func read(_ text: String) throws(FileError) -> ProfileFile {
    try ProfileFile(Array(text.utf8), file: "p.jsonl")
  }

  @Test func whatIsWrittenIsRead() throws {
    let file = try read(Self.text())
    #expect(file.profile.header == .current && !file.isTorn)
    #expect(try file.profile.entries == Self.entries())
    #expect(!file.profile.choices.isEmpty)
    #expect(try file.profile.undecided == Self.undecided())
    let folder = try ScratchFolder()
    try file.profile.write(to: folder.file("p"))
    let again = try ProfileFile(contentsOf: folder.file("p"))
    #expect(again.profile.entries == file.profile.entries)
    #expect(again.profile.undecided == file.profile.undecided)
  }

  /// However much of the last line is missing, the other lines are read.
  @Test func aTornLastLineIsLeftOut() throws {
    let text = try Self.text()
    let last = try #require(Self.entries().last).line.utf8.count
    for cut in 1..<last {
      let file = try read(String(text.dropLast(cut)))
      #expect(file.isTorn && file.profile.entries.count == 4)
    }
  }

  @Test func aBrokenHeaderRefusesTheFile() throws {
    let header = ProfileHeader.current.line
    let rest = String(try Self.text().dropFirst(header.count))
    let broken = [
      "", "\n", "{}\n", "[]\n", String(header.dropLast(2)) + "\n",
      header.replacingOccurrences(of: "\"fastvit_tuning\": 3", with: "\"fastvit_tuning\": 2"),
      header.replacingOccurrences(of: KernelCatalogue.generated.digest, with: "0123456789abcdef"),
      header.replacingOccurrences(of: "\"cores\"", with: "\"kernels\""),
      header.dropLast() + " x\n",
    ]
    for line in broken {
      let error = #expect(throws: FileError.self) { try read(line + rest) }
      #expect(error?.description.contains("p.jsonl: line 1: found") == true)
    }
    // A single line without its end is no profile either.
    #expect(throws: FileError.self) { try read(String(header.dropLast())) }
  }

  /// Names of processors and caches may contain any character.
  @Test func anyNamesAreReadBack() throws {
    let here = ProfileHeader.current
    let name = "a \"b\\c\" \n\u{1}\u{7F}é"
    let header = ProfileHeader(
      catalogue: here.catalogue, cpu: name, caches: [name, ""], cores: 3, toolchain: name)
    #expect(try read(header.line).profile.header == header)
  }

  /// A file that is too large is not read.
  @Test func sizesAreLimited() throws {
    let folder = try ScratchFolder()
    let path = folder.file("p")
    try Data(ProfileHeader.current.line.utf8).write(to: URL(fileURLWithPath: path))
    #expect(truncate(path, off_t(64 << 20) + 1) == 0)
    let error = #expect(throws: FileError.self) { try ProfileFile(contentsOf: path) }
    #expect(error?.description.contains("a file of more than 67108864 bytes") == true)
    let lines = ProfileHeader.current.line + String(repeating: "\n", count: 1_000_000)
    let many = #expect(throws: FileError.self) { try read(lines) }
    #expect(many?.description.contains("line 1000001: found more lines") == true)
  }

  @Test(arguments: [
    ("pointwise_f32_4x2v_gelu*6", "pointwise_f32_5x9v_gelu*6"),
    ("pointwise_f32_4x2v_gelu*6", "pointwise_f32_4x2v_gelu*7"),
    ("\"portable\"", "\"sse\""), ("\"portable\"", "\"neon\""),
    ("\"threads\": 2", "\"threads\": 0"), ("\"threads\": 2", "\"threads\": 5000"),
    ("\"threads\": 2", "\"threads\": 99999999999999999999"), ("\"threads\": 2, ", ""),
    ("\"ns\": 1234.5", "\"ns\": -1"), ("\"ns\": 1234.5", "\"ns\": 1e999"),
    ("\"ns\": 1234.5", "\"ns\": nan"), ("\"samples\": 11}", "\"samples\": 11"),
    ("\"samples\"", "\"sample\""), ("oc96", "oc97"), ("ic48ih8", "ih8"),
    ("[\"ic48ih8oc96oh8kh1+gelu\"]", "[]"), ("\"kernels\": [", "\"tasks\": 3, \"kernels\": ["),
    ("\"kernels\": [\"pointwise_f32_4x2v_gelu*6\"]", "\"fused\": true"),
    ("\"kernels\": [\"pointwise_f32_4x2v_gelu*6\"]", "\"share\": \"all\""),
    ("[\"pointwise_f32_4x2v_gelu*6\"]", "[[[[[[[[\"pointwise_f32_4x2v_gelu*6\"]]]]]]]]"),
    ("[\"pointwise_f32_4x2v_gelu*6\"]", "[\"a\", \"a\", \"a\", \"a\", \"a\"]"),
  ]) func oneBadEntryRefusesTheFile(change: (String, String)) throws {
    var lines = try Self.entries().map(\.line)
    lines[0] = lines[0].replacingOccurrences(of: change.0, with: change.1)
    #expect(try lines[0] != Self.entries()[0].line)
    let text = ProfileHeader.current.line + lines.joined()
    let error = #expect(throws: FileError.self) { try read(text) }
    #expect(error?.description.contains("p.jsonl: line 2: found") == true, "\(lines[0])")
  }

  @Test(arguments: [
    ("\"contest\": 1", "\"contest\": 0"), ("\"contest\": 1", "\"contest\": 2"),
    ("\"contest\": 1, ", ""), ("{}, ", "{}, {}, "), ("[{}, {", "[{\"rows\": 2}, {"),
    ("\"tasks\": 2", "\"tasks\": 65"), ("\"cuts\"", "\"candidates\""),
    ("\"cuts\"", "\"kernels\""), ("\"threads\": 2", "\"threads\": 0"), ("kh7", "kh8"),
    ("\"rows\"", "\"all\""), ("[{}, {\"share\": \"rows\", \"tasks\": 2}]", "[]"),
  ]) func oneBadContestRefusesTheFile(change: (String, String)) throws {
    try expectRefusal(ofLine: 3, change)
  }

  @Test(arguments: [
    ("[0, 0, 7]", "[2, 0, 7]"), ("[0, 0, 7]", "[0, 1, 7]"), ("[0, 0, 7]", "[0, 0]"),
    ("[0, 0, 7]", "[0, 0, 7, 7]"), ("[0, 0, 7]", "[0, -1, 7]"), ("[0, 0, 7]", "[0, 0, 7.5]"),
    ("[0, 0, 7]", "[0, 0, 9007199254740993]"), ("[0, 0, 7]", "7"), ("]}", "], \"ns\": 1}"),
    ("]}", "]"), ("measured", "measures"),
  ]) func oneBadMeasurementRefusesTheFile(change: (String, String)) throws {
    try expectRefusal(ofLine: 4, change)
  }

  private func expectRefusal(ofLine number: Int, _ change: (String, String)) throws {
    var lines = [ProfileHeader.current.line] + Self.lines(try Self.undecided())
    let line = lines[number - 1]
    lines[number - 1] = line.replacingOccurrences(of: change.0, with: change.1)
    #expect(lines[number - 1] != line)
    let error = #expect(throws: FileError.self) { try read(lines.joined()) }
    #expect(
      error?.description.contains("p.jsonl: line \(number): found") == true, "\(lines[number - 1])")
  }

  /// Measurements of a decided contest are ignored before the decision's line, and an error after it.
  @Test func aDecisionEndsItsContest() throws {
    let entry = try Self.entries()[0]
    let list = CandidateList(entry.subject, [entry.choice])
    let head = ProfileHeader.current.line + list.line(0)
    let sample = Sample.line([Sample(contest: 0, candidate: 0, nanoseconds: 1)])
    let file = try read(head + sample + entry.line)
    #expect(file.profile.undecided.isEmpty && file.profile.entries == [entry])
    for late in [sample, list.line(1)] {
      let error = #expect(throws: FileError.self) { try read(head + entry.line + late) }
      #expect(error?.description.contains("line 4: found") == true)
    }
  }

  /// The measurements of several lists add up: those of other levels, and those of processes that were
  /// killed.
  @Test func measurementsOfOneSubjectAddUp() throws {
    let cuts = try Self.undecided()[1].list
    let other = CandidateList(
      cuts.subject, [cuts.choices[1], .step(StepChoice(sharing: .channels))])
    let samples = [(0, 0, 1), (0, 1, 2), (1, 0, 3), (1, 1, 4)].map {
      Sample(contest: $0.0, candidate: $0.1, nanoseconds: $0.2)
    }
    let file = try read(
      ProfileHeader.current.line + cuts.line(0) + other.line(1) + Sample.line(samples))
    let measurements = try #require(file.profile.measurements(for: cuts.subject))
    #expect(measurements.list.choices == cuts.choices + [other.choices[1]])
    #expect(measurements.samples == [[1], [2, 3], [4]])
  }

  /// The time to read a list depends on its own length, not on how many candidates were listed before.
  @Test(.timeLimit(.minutes(1))) func manyListsOfOneSubject() throws {
    func bands(_ rows: Range<Int>) -> [TuningChoice] {
      rows.map { .step(StepChoice(isFused: true, sharing: .rows, bandRows: $0)) }
    }
    let subject = try Self.undecided()[1].list.subject
    var measurements = Measurements(CandidateList(subject, bands(0..<50_000)))
    let areFound = (0..<2_000).allSatisfy { measurements.include(bands($0..<$0 + 1)) == [$0] }
    #expect(areFound)
    #expect(measurements.include(bands(49_999..<50_001)) == [49_999, 50_000])
    #expect(measurements.samples.count == 50_001)
  }

  @Test func eachSubjectOnce() throws {
    let text = try Self.text() + Self.entries()[1].line
    let error = #expect(throws: FileError.self) { try read(text) }
    #expect(error?.description.contains(": found a second entry") == true)
  }

  /// With any byte changed, removed or doubled, reading gives an error or a profile, never a trap.
  @Test func damageNeverTraps() throws {
    let bytes = Array(try Self.text().utf8)
    var random = SeededGenerator(5)
    var accepted = 0
    for _ in 0..<4000 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: 0..<damaged.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: damaged[place] = UInt8.random(in: 0...255, using: &random)
        case 1: damaged.remove(at: place)
        default: damaged.insert(UInt8(ascii: "9"), at: place)
        }
      }
      if (try? ProfileFile(damaged, file: "p")) != nil { accepted += 1 }
    }
    #expect(accepted < 4000)
  }

  @Test func mergingKeepsTheMoreMeasured() throws {
    let entries = try Self.entries()
    var one = Profile()
    var other = Profile()
    try one.insert(entries[0])
    try other.insert(entries[1])
    let better = TuningEntry(
      key: entries[0].key, choice: entries[0].choice, time: 1, spread: 0, defaultTime: 2,
      samples: 12)
    try other.insert(better)
    #expect(try one.merging(other, named: "b").entries == [better, entries[1]])
    #expect(try other.merging(one, named: "a").entries == [entries[1], better])
    // Of equal entries, a profile keeps its own.
    let equal = TuningEntry(
      key: better.key, choice: better.choice, time: 3, spread: 0, defaultTime: 4, samples: 12)
    var third = Profile()
    try third.insert(equal)
    #expect(try third.merging(other, named: "c").entry(for: equal.subject) == equal)
    let here = ProfileHeader.current
    let elsewhere = Profile(
      ProfileHeader(
        catalogue: here.catalogue, cpu: "another", caches: [], cores: 1, toolchain: ""))
    #expect(throws: FileError.self) { try one.merging(elsewhere, named: "b") }
  }

  @Test func mergingKeepsWhatIsNotDecided() throws {
    let undecided = try Self.undecided()
    var one = Profile()
    var other = Profile()
    one.keep(undecided[0])
    var more = undecided[0]
    more.record(0, nanoseconds: 10)
    other.keep(undecided[1])
    other.keep(more)
    #expect(try one.merging(other, named: "b").undecided == [more, undecided[1]])
    #expect(try other.merging(one, named: "a").undecided == [undecided[1], more])
    guard case .kernels = more.list.choices[0] else { return }
    try one.insert(
      TuningEntry(
        key: more.list.subject.key, choice: more.list.choices[0], time: 1, spread: 0,
        defaultTime: 1, samples: 3))
    #expect(one.undecided.isEmpty)
    #expect(try one.merging(other, named: "b").undecided == [undecided[1]])
  }
}
