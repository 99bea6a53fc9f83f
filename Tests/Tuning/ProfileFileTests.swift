import Checkpoints
import Execution
import Foundation
import KernelCatalog
import KernelContract
import TestSupport
import Testing

@testable import Tuning

/// Profiles as files: what was written is read, and nothing else is.
@Suite struct ProfileFileTests {
  private static func problem(_ text: String) throws -> OperationProblem {
    try NamedProblem(parsing: text).problem
  }

  /// Entries for the instruction set that every machine has.
  private static func entries() throws -> [TuningEntry] {
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
      try entry(["ic48ih8oc96kh1+gelu"], .step(StepChoice(tilesPerWorker: 3))),
      try entry(
        chain, .step(StepChoice(isFused: true, sharing: .rows, bandRows: 4, tilesPerWorker: 1))),
      try entry(["g48ic48ih8oc48kh3ph1"], .step(StepChoice(sharing: .channels))),
      try entry(["attention:ic96ih4hd32"], .step(StepChoice())),
    ]
  }

  private static func text() throws -> String {
    ProfileHeader.current.line + (try entries().map(\.line).joined())
  }

  private func read(_ text: String) throws(CheckpointError) -> ProfileFile {
    try ProfileFile(Array(text.utf8), file: "p.jsonl")
  }

  @Test func whatIsWrittenIsRead() throws {
    let file = try read(Self.text())
    #expect(file.profile.header == .current && !file.isTorn)
    #expect(try file.profile.entries == Self.entries())
    #expect(!file.profile.choices.isEmpty)
    let folder = try ScratchFolder()
    try file.profile.write(to: folder.file("p"))
    let again = try ProfileFile(contentsOf: folder.file("p"))
    #expect(again.profile.entries == file.profile.entries)
  }

  /// However much of the last line is there, the others are taken.
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
      header.replacingOccurrences(of: "\"fastvit_tuning\": 1", with: "\"fastvit_tuning\": 2"),
      header.replacingOccurrences(of: KernelCatalog.digest, with: "0123456789abcdef"),
      header.replacingOccurrences(of: "\"cores\"", with: "\"kernels\""),
      header.dropLast() + " x\n",
    ]
    for line in broken {
      let error = #expect(throws: CheckpointError.self) { try read(line + rest) }
      #expect(error?.description.contains("p.jsonl: line 1: found") == true)
    }
    // A first line alone that has no end is no profile either.
    #expect(throws: CheckpointError.self) { try read(String(header.dropLast())) }
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
    ("[\"ic48ih8oc96oh8kh1+gelu\"]", "[]"), ("\"kernels\": [", "\"tiles\": 3, \"kernels\": ["),
    ("\"kernels\": [\"pointwise_f32_4x2v_gelu*6\"]", "\"fused\": true"),
    ("\"kernels\": [\"pointwise_f32_4x2v_gelu*6\"]", "\"share\": \"all\""),
    ("[\"pointwise_f32_4x2v_gelu*6\"]", "[[[[[[[[\"pointwise_f32_4x2v_gelu*6\"]]]]]]]]"),
    ("[\"pointwise_f32_4x2v_gelu*6\"]", "[\"a\", \"a\", \"a\", \"a\", \"a\"]"),
  ]) func oneBadEntryRefusesTheFile(change: (String, String)) throws {
    var lines = try Self.entries().map(\.line)
    lines[0] = lines[0].replacingOccurrences(of: change.0, with: change.1)
    #expect(try lines[0] != Self.entries()[0].line)
    let text = ProfileHeader.current.line + lines.joined()
    let error = #expect(throws: CheckpointError.self) { try read(text) }
    #expect(error?.description.contains("p.jsonl: line 2: found") == true, "\(lines[0])")
  }

  @Test func eachSubjectOnce() throws {
    let text = try Self.text() + Self.entries()[1].line
    let error = #expect(throws: CheckpointError.self) { try read(text) }
    #expect(error?.description.contains("line 7: found a second entry") == true)
  }

  /// Any byte changed, cut or doubled: an error or a profile, never a trap.
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
    let here = ProfileHeader.current
    let elsewhere = Profile(
      ProfileHeader(
        catalogue: here.catalogue, cpu: "another", caches: [], cores: 1, toolchain: ""))
    #expect(throws: CheckpointError.self) { try one.merging(elsewhere, named: "b") }
  }

  @Test func aLogGrowsAndGoesOn() throws {
    let folder = try ScratchFolder()
    let path = folder.file("log.jsonl")
    let entries = try Self.entries()
    try ProfileLog(path, resuming: false).append(entries[0])
    #expect(throws: CheckpointError.self) { try ProfileLog(path, resuming: false) }
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("{\"operations\": [\"ic4".utf8))
    try handle.close()
    let log = try ProfileLog(path, resuming: true)
    #expect(log.wasTorn && log.profile.entries == [entries[0]])
    try log.append(entries[1])
    let file = try ProfileFile(contentsOf: path)
    #expect(!file.isTorn && file.profile.entries == [entries[0], entries[1]])
  }
}
