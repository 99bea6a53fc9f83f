import Foundation
import TestSupport
import Testing

@testable import FastViT

/// Profiles as a program uses them.
@Suite struct TuningProfileTests {
  @Test func aModelWithAProfileGivesTheSameBits() throws {
    let folder = try ScratchFolder()
    let path = folder.file("p.jsonl")
    let tuner = Tuner(
      SourceNetwork(synthetic: .t8, classCount: 10), instructionSet: .best, threads: 2,
      height: 40, width: 56, level: .patient, seconds: 20)
    let outcome = try tuner.run(into: path, resuming: false)
    let profile = try TuningProfile(contentsOf: path)
    #expect(profile.warnings.isEmpty && profile.path == path)
    #expect(profile.count(for: .best, threads: 2) == outcome.entries.count)
    #expect(profile.count(for: .best, threads: 3) == 0)

    var random = SeededGenerator(9)
    let picture = random.floats(3 * 40 * 56, in: -2...2)
    func logits(_ tuning: Model.Tuning?) throws -> [UInt32] {
      let model = Model(synthetic: .t8, classCount: 10, tuning: tuning)
      return try Session(model, threads: 2)
        .run(picture.span, count: 1, height: 40, width: 56).logits.map(\.bitPattern)
    }
    #expect(
      try logits(Model.Tuning(profile, threads: 2, height: 40, width: 56)) == logits(nil))
  }

  @Test func anotherProcessorIsAWarning() throws {
    let folder = try ScratchFolder()
    let path = folder.file("p.jsonl")
    _ = try Tuner(
      SourceNetwork(synthetic: .t8, classCount: 10), instructionSet: .best, threads: 1,
      height: 32, width: 32, level: .measure, seconds: 0
    ).run(into: path, resuming: false)
    let lines = try String(contentsOfFile: path, encoding: .utf8)
    let cpu = try TuningProfile(contentsOf: path).profile.header.cpu
    let other = lines.replacingOccurrences(of: "\"cpu\": \"\(cpu)\"", with: "\"cpu\": \"Z80\"")
    try Data((other + "{\"oper").utf8).write(to: URL(fileURLWithPath: path))
    let warnings = try TuningProfile(contentsOf: path).warnings
    #expect(warnings.count == 2)
    #expect(warnings[0].contains("the last line") && warnings[1].contains("'Z80'"))
    // It is measured on this one, so it is nothing to go on with.
    #expect(throws: FastViTError.self) {
      try Tuner(
        SourceNetwork(synthetic: .t8, classCount: 10), instructionSet: .best, threads: 1,
        height: 32, width: 32, level: .measure, seconds: 0
      ).run(into: path, resuming: true)
    }
  }

  @Test(arguments: [
    ("AMD EPYC 9B14", "amd-epyc-9b14"), ("Intel(R) Xeon(R) @ 2.20GHz", "intel-r-xeon-r-2-20ghz"),
    ("../../etc", "etc"),
  ]) func namesOfFilesAreHarmless(cpu: String, name: String) {
    #expect(TuningProfile.fileName(of: cpu) == name)
  }
}
