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

  @Test(arguments: ["absent", "./folder/../absent"])
  func followsLinksToNothing(destination: String) throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("folder"),
      withIntermediateDirectories: false
    )
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link"),
      withDestinationPath: destination
    )
    try WholeFile(folder.path("link")).commit()
    #expect(try folder.names.sorted() == ["absent", "folder", "link"])
    let link = try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("link"))
    #expect(link == destination)
  }

  @Test func givesUpOnALoopOfLinks() throws {
    let path = folder.path("loop")
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "loop")
    let error = try #require(throws: CheckpointError.self) { try WholeFile(path) }
    #expect(error.kind == .cannotCreate)
    #expect(try folder.names == ["loop"])
  }

  /// `..` behind a link to a folder is the folder above the one it leads to.
  @Test func takesPathsAsTheSystemDoes() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("a/b"),
      withIntermediateDirectories: true
    )
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link"),
      withDestinationPath: "a/b"
    )
    try WholeFile(folder.path("link/../file")).commit()
    #expect(FileManager.default.fileExists(atPath: folder.path("a/file")))
  }

  @Test func saysBeforehandWhatCannotBeMade() throws {
    try OutputPlace.check(folder.path("file"))
    try OutputPlace.check("/dev/null")
    try Data().write(to: URL(filePath: folder.path("file")))
    for path in [folder.path("absent/file"), folder.path("file/file"), folder.url.path] {
      let error = try #require(throws: CheckpointError.self) { try OutputPlace.check(path) }
      #expect(error.kind == .cannotCreate)
      #expect(error.file == path)
    }
    #expect(try folder.names == ["file"])
  }

  @Test func writesAllArraysOrNone() throws {
    let array = NumPyArray<Float>(shape: [1], values: [1])
    let (first, second) = (folder.path("first"), folder.path("second"))
    try Data("old".utf8).write(to: URL(filePath: first))
    for last in [folder.path("absent/file"), first] {
      let error = try #require(throws: CheckpointError.self) {
        try NumPyFile.write([(first, array), (second, array), (last, array)])
      }
      #expect(error.kind == .cannotCreate)
      #expect(try String(contentsOfFile: first, encoding: .utf8) == "old")
      #expect(try folder.names == ["first"])
    }
    try NumPyFile.write([(first, array), (second, array)])
    #expect(try folder.names.sorted() == ["first", "second"])
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
    let array = NumPyArray<Float>(shape: [1], values: [1])
    let error = try #require(throws: CheckpointError.self) {
      try NumPyFile.write([("/dev/full", array)])
    }
    #expect(error.kind == .cannotWrite)
    try NumPyFile.write([("/dev/null", array)])
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
