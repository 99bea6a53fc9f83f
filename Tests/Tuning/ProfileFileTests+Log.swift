import FastViTFiles
import FastViTTestSupport
import Foundation
import Synchronization
import Testing

@testable import FastViTTuning

/// Profiles that grow line by line.
extension ProfileFileTests {
  @Test func aLogGrowsAndGoesOn() throws {
    let folder = try ScratchFolder()
    let path = folder.file("log.jsonl")
    let entries = try Self.entries()
    try ProfileLog(path, resuming: false).append(entries[0])
    #expect(throws: FileError.self) { try ProfileLog(path, resuming: false) }
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

  /// A process that ended before it wrote its first line leaves an empty file.
  @Test func anEmptyFileIsBegun() throws {
    let folder = try ScratchFolder()
    let path = folder.file("log.jsonl")
    let entry = try Self.entries()[0]
    try Data().write(to: URL(fileURLWithPath: path))
    #expect(throws: FileError.self) { try ProfileLog(path, resuming: false) }
    try ProfileLog(path, resuming: true).append(entry)
    #expect(try ProfileFile(contentsOf: path).profile.entries == [entry])
  }

  @Test func aLogIsOfOneProcessor() throws {
    let folder = try ScratchFolder()
    let path = folder.file("log.jsonl")
    let here = ProfileHeader.current
    let elsewhere = ProfileHeader(
      catalogue: here.catalogue, cpu: "another", caches: [], cores: 1, toolchain: "")
    try Data(elsewhere.line.utf8).write(to: URL(fileURLWithPath: path))
    let error = #expect(throws: FileError.self) { try ProfileLog(path, resuming: true) }
    #expect(error?.description.contains("line 1: found measurements of 'another'") == true)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(elsewhere.line.utf8))
  }

  /// Of several logs that open one file at the same time, only one succeeds.
  @Test func oneLogGetsAFile() throws {
    let folder = try ScratchFolder()
    let entry = try Self.entries()[0]
    for round in 0..<40 {
      let path = folder.file("\(round).jsonl")
      let appended = Mutex(0)
      let started = Mutex(0)
      let (tries, ends) = (DispatchGroup(), DispatchGroup())
      for _ in 0..<2 { tries.enter() }
      for _ in 0..<2 {
        DispatchQueue.global().async(group: ends) {
          started.withLock { $0 += 1 }
          // Both threads open the file at the same moment, as nearly as threads can.
          while started.withLock({ $0 < 2 }) {}
          let log = try? ProfileLog(path, resuming: true)
          // The thread that has the file keeps it open until both have tried.
          tries.leave()
          tries.wait()
          guard let log, (try? log.append(entry)) != nil else { return }
          appended.withLock { $0 += 1 }
        }
      }
      ends.wait()
      #expect(appended.withLock(\.self) == 1)
      #expect(try ProfileFile(contentsOf: path).profile.entries == [entry])
    }
  }

  /// Opening a pipe would wait for a reader, and lines written to it are lost.
  @Test(.timeLimit(.minutes(1))) func aLogIsARegularFile() throws {
    let folder = try ScratchFolder()
    let pipe = folder.file("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    for path in [pipe, folder.file("."), "/dev/null"] {
      let error = #expect(throws: FileError.self) { try ProfileLog(path, resuming: true) }
      #expect(error?.kind == .cannotCreate && error?.file == path)
    }
    let reader = open(pipe, O_RDONLY | O_NONBLOCK)
    defer { close(reader) }
    #expect(throws: FileError.self) { try ProfileLog(pipe, resuming: true) }
  }

  /// A resumed log continues the numbers of its lists, writes each list once, and at the end keeps only the
  /// decisions and the measurements of open contests.
  @Test func aLogKeepsMeasurements() throws {
    let folder = try ScratchFolder()
    let path = folder.file("log.jsonl")
    let undecided = try Self.undecided()
    let (kernels, cuts) = (undecided[0].list, undecided[1].list)
    func lineCount() throws -> Int {
      try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").count
    }
    do {
      let log = try ProfileLog(path, resuming: false)
      // Only one process may have the file open.
      #expect(throws: FileError.self) { try ProfileLog(path, resuming: true) }
      try log.append(cuts)
      try log.append([(cuts.subject, 1, 5)])
    }
    let log = try ProfileLog(path, resuming: true)
    try log.append(cuts)
    try log.append(kernels)
    try log.append([(cuts.subject, 0, 1_000_000_000), (kernels.subject, 0, 7)])
    try log.append([(cuts.subject, 1, 6)])
    #expect(try lineCount() == 6)
    let found = try ProfileFile(contentsOf: path)
    #expect(found.profile.undecided.count == 2 && found.lists == [cuts, kernels])
    #expect(found.profile.measurements(for: cuts.subject) == undecided[1])
    var profile = found.profile
    let entry = TuningEntry(
      key: kernels.subject.key, choice: kernels.choices[0], time: 7, spread: 0, defaultTime: 7,
      samples: 1)
    try profile.insert(entry)
    try log.append(entry)
    try log.finish(profile)
    let last = try ProfileFile(contentsOf: path).profile
    #expect(last.entries == [entry] && last.undecided == [undecided[1]])
    #expect(try lineCount() == 4)
  }
}
