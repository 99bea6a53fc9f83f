import Foundation
import Testing

@testable import Checkpoints

@Suite struct WholeFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func replacesAFileAndLeavesNothingElse() throws {
    let path = folder.path("file")
    for text in ["a longer first text", "second"] {
      let file = try WholeFile(path)
      try file.write(Data(text.utf8))
      try file.commit()
      #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }
    #expect(try folder.names == ["file"])
  }

  @Test func leavesTheOldFileWithoutCommit() throws {
    let path = folder.path("file")
    try Data("old".utf8).write(to: URL(filePath: path))
    do {
      let file = try WholeFile(path)
      try file.write(Data("new".utf8))
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
    #expect(try folder.names == ["file"])
  }

  @Test func followsLinks() throws {
    let target = folder.path("target")
    try Data().write(to: URL(filePath: target))
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link"),
      withDestinationPath: target
    )
    let file = try WholeFile(folder.path("link"))
    try file.write(Data("text".utf8))
    try file.commit()
    #expect(try String(contentsOfFile: target, encoding: .utf8) == "text")
    #expect(try folder.names.sorted() == ["link", "target"])
  }

  @Test func saysWhyItCannotCreate() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("folder"),
      withIntermediateDirectories: false
    )
    for name in ["folder", "absent/file", "file/", ""] {
      let path = name.isEmpty ? "" : folder.path(name)
      let error = try #require(throws: CheckpointError.self) { try WholeFile(path) }
      #expect(error.kind == .cannotCreate, "\(name)")
      #expect(error.file == path)
    }
    #expect(try folder.names == ["folder"])
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func saysThatADeviceIsFull() throws {
    let values: [Float] = [1]
    let error = try #require(throws: CheckpointError.self) {
      try NumPyFile.write(values.span, shape: [1], to: "/dev/full")
    }
    #expect(error.kind == .cannotWrite)
    try NumPyFile.write(values.span, shape: [1], to: "/dev/null")
    #expect(FileManager.default.fileExists(atPath: "/dev/null"))
  }

  @Test func saysWhyItCannotRead() throws {
    func kind(_ path: String) -> CheckpointError.Kind? {
      do { _ = try Checkpoint(contentsOf: path) } catch { return error.kind }
      return nil
    }
    let path = folder.path("locked")
    try Data("text".utf8).write(to: URL(filePath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
    #expect(kind(folder.path("absent")) == .missingFile)
    #expect(kind(folder.path("locked/file")) == .missingFile)
    #expect(kind("") == .missingFile)
    #expect(kind(folder.url.path) == .unreadable)
    #expect(kind("/dev/null") == .unreadable)
    // Root may read everything.
    #expect(kind(path) == (geteuid() == 0 ? .malformed : .unreadable))
  }

  @Test func readsAnEmptyFile() throws {
    let path = folder.path("empty")
    try Data().write(to: URL(filePath: path))
    let error = try #require(throws: CheckpointError.self) { try Checkpoint(contentsOf: path) }
    #expect(error.found == "an empty file")
  }
}
