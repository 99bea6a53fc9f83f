import FastViTTestSupport
import FastViTTuning
import Foundation
import Testing

@testable import FastViT

/// Tuning profiles as a program uses them.
@Suite struct TuningProfileTests {
  private static func tuner(
    _ level: TuningLevel, height: Int, width: Int, batch: Int = 1, threads: Int, seconds: Double
  ) -> Tuner {
    Tuner(
      .network(
        SourceNetwork(synthetic: .t8, classCount: 10), height: height, width: width, batch: batch),
      instructionSet: .best, threads: threads, level: level, seconds: seconds)
  }

  @Test(arguments: [1, 3]) func aModelWithAProfileGivesTheSameBits(batch: Int) throws {
    let folder = try ScratchFolder()
    let path = folder.file("p.jsonl")
    let tuner = Self.tuner(
      .patient, height: 40, width: 56, batch: batch, threads: 2, seconds: 20)
    let outcome = try tuner.run(into: path, resuming: false)
    let profile = try TuningProfile(contentsOf: path)
    #expect(profile.warnings.isEmpty && profile.path == path)
    #expect(profile.profile.entries.count == outcome.entries.count)
    #expect(profile.count(for: .best, threads: 2) > 10)
    #expect((profile.count(for: .best, threads: 1) > 0) == (batch == 3))
    #expect(profile.count(for: .best, threads: 3) == 0)

    var random = SeededGenerator(9)
    let images = random.floats(batch * 3 * 40 * 56, in: -2...2)
    func logits(_ tuning: Model.Tuning?) throws -> [UInt32] {
      let model = Model(synthetic: .t8, classCount: 10, tuning: tuning)
      return try Session(model, threads: 2)
        .run(images.span, count: batch, height: 40, width: 56).logits.map(\.bitPattern)
    }
    #expect(
      try logits(Model.Tuning(profile, threads: 2, height: 40, width: 56)) == logits(nil))
  }

  @Test func anotherProcessorIsAWarning() throws {
    let folder = try ScratchFolder()
    let path = folder.file("p.jsonl")
    let tuner = Self.tuner(.measure, height: 32, width: 32, threads: 1, seconds: 0)
    _ = try tuner.run(into: path, resuming: false)
    let lines = try String(contentsOfFile: path, encoding: .utf8)
    let cpu = try TuningProfile(contentsOf: path).profile.header.cpu
    let other = lines.replacingOccurrences(of: "\"cpu\": \"\(cpu)\"", with: "\"cpu\": \"Z80\"")
    try Data((other + "{\"oper").utf8).write(to: URL(fileURLWithPath: path))
    let warnings = try TuningProfile(contentsOf: path).warnings
    #expect(warnings.count == 2)
    #expect(warnings[0].contains("the last line") && warnings[1].contains("'Z80'"))
    // A profile of another processor cannot be resumed on this one.
    #expect(throws: FastViTError.self) { try tuner.run(into: path, resuming: true) }
  }

  /// Resuming a file whose last line is cut off gives one warning and repairs the file.
  @Test func aTornFileIsResumedWithAWarning() throws {
    let folder = try ScratchFolder()
    let path = folder.file("p.jsonl")
    let tuner = Self.tuner(.measure, height: 32, width: 32, threads: 1, seconds: 0)
    #expect(try tuner.run(into: path, resuming: false).entries.isEmpty)
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("{\"measured\": [[0, 1".utf8))
    var warnings: [String] = []
    _ = try tuner.run(into: path, resuming: true, warn: { warnings.append($0) })
    #expect(warnings.count == 1 && warnings[0].contains("the last line"))
    _ = try tuner.run(into: path, resuming: true, warn: { warnings.append($0) })
    #expect(try warnings.count == 1 && TuningProfile(contentsOf: path).warnings.isEmpty)
  }

  @Test func shapeFilesAreReadOrRefused() throws {
    let folder = try ScratchFolder()
    let path = folder.file("shapes.txt")
    func problems(_ text: String) throws -> MeasurableProblems {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      return try MeasurableProblems(ShapeFile.read(path), named: "f", on: .best)
    }
    let some = try problems("# a\n\nic48ih8oc96kh1*2\nto-planar:ic48ih7\nic48ih8oc96kh1*2\n")
    #expect(some.problems.map(\.count) == [2, 2])
    #expect(some.warning?.contains("f: 1 of 3 operations are left out") == true)
    #expect(try problems("ic48ih8oc96kh1").warning == nil)
    // The largest numbers allowed; the weights of equal problems count once.
    for (text, count) in [
      (String(repeating: "ic48ih8oc96kh1\n", count: 1000), 1000),
      (String(repeating: "ic8191ih1oc8192kh1\n", count: 30), 30),
      ((1...15).map { "ic\(8192 - $0)ih1oc8192kh1\n" }.joined(), 15),
    ] { #expect(try problems(text).problems.count == count) }
    for (text, found) in [
      ("ic48ih8oc96kh1\nic48", "line 2, column"), ("", "found no operation"),
      ("to-planar:ic48ih7", "found no operation"), ("ic16384ih1oc16kh1", "f: found 16384 channels"),
      (String(repeating: "ic48ih8oc96kh1\n", count: 1001), "1001 operations, expected at most"),
      ((1...30).map { "ic\(8192 - $0)ih1oc8192kh1\n" }.joined(), "weights, expected at most"),
    ] {
      let error = #expect(throws: FastViTError.self) { try problems(text) }
      #expect(error?.code == .badData && error?.description.contains(found) == true, "\(found)")
    }
    let missing = #expect(throws: FastViTError.self) { try ShapeFile.read(folder.file("none")) }
    #expect(missing?.code == .missingInput)
  }

  @Test(
    arguments: [
      (["XDG_CACHE_HOME": "/c", "HOME": "/h"], "/c/fastvit/"),
      (["HOME": "/h"], "/h/.cache/fastvit/"),
      (["XDG_CACHE_HOME": "c", "HOME": "/h"], "/h/.cache/fastvit/"), (["HOME": "h"], nil),
      ([:], nil),
    ] as [([String: String], String?)])
  func profilesLieInTheCache(environment: [String: String], folder: String?) {
    let path = TuningProfile.automaticPath(in: environment)
    let name = TuningProfile.fileName(of: ProfileHeader.current.cpu)
    #expect(path == folder.map { $0 + name + ".jsonl" })
  }

  @Test(arguments: [
    ("AMD EPYC 9B14", "amd-epyc-9b14"), ("Intel(R) Xeon(R) @ 2.20GHz", "intel-r-xeon-r-2-20ghz"),
    ("../../etc", "etc"), ("Zürich ２", "z-rich"),
  ]) func namesOfFilesAreHarmless(cpu: String, name: String) {
    #expect(TuningProfile.fileName(of: cpu) == name)
  }
}
