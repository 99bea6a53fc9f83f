import FastViTTestSupport
import Foundation
import Testing

@testable import FastViTFiles

@Suite struct WholeFileTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test func replacesAFileAndLeavesNothingElse() throws {
    let path = folder.file("file")
    for text in ["a longer first text", "second"] {
      let file = try WholeFile(path)
      try file.write(Data(text.utf8))
      try file.commit()
      #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }
    #expect(try folder.names == ["file"])
  }

  @Test func leavesTheOldFileWithoutCommit() throws {
    let path = folder.file("file")
    try Data("old".utf8).write(to: URL(filePath: path))
    do {
      let file = try WholeFile(path)
      try file.write(Data("new".utf8))
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
    #expect(try folder.names == ["file"])
  }

  @Test func followsLinks() throws {
    let target = folder.file("target")
    try Data().write(to: URL(filePath: target))
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("link"),
      withDestinationPath: target
    )
    let file = try WholeFile(folder.file("link"))
    try file.write(Data("text".utf8))
    try file.commit()
    #expect(try String(contentsOfFile: target, encoding: .utf8) == "text")
    #expect(try folder.names.sorted() == ["link", "target"])
  }

  @Test(arguments: ["absent", "./folder/../absent"])
  func followsLinksToNothing(destination: String) throws {
    try FileManager.default.createDirectory(
      atPath: folder.file("folder"),
      withIntermediateDirectories: false
    )
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("link"),
      withDestinationPath: destination
    )
    try WholeFile(folder.file("link")).commit()
    #expect(try folder.names.sorted() == ["absent", "folder", "link"])
    let link = try FileManager.default.destinationOfSymbolicLink(atPath: folder.file("link"))
    #expect(link == destination)
  }

  @Test func followsAChainOfLinks() throws {
    for (name, destination) in [("first", "second"), ("second", "third"), ("third", "file")] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.file(name), withDestinationPath: destination)
    }
    try WholeFile(folder.file("first")).commit()
    #expect(try folder.names.sorted() == ["file", "first", "second", "third"])
  }

  /// A file that this process has open is not replaced, and keeps what was written to it.
  @Test func appendsToOpenFiles() throws {
    let path = folder.file("log")
    try Data("first ".utf8).write(to: URL(filePath: path))
    let handle = try #require(FileHandle(forUpdatingAtPath: path))
    let file = try WholeFile("/dev/fd/\(handle.fileDescriptor)")
    #expect(!file.isReplacing)
    try file.write(Data("second".utf8))
    try file.commit()
    #expect(try handle.readToEnd() == Data("first second".utf8))
    #expect(try folder.names == ["log"])
  }

  @Test func givesUpOnALoopOfLinks() throws {
    let path = folder.file("loop")
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "loop")
    let error = try #require(throws: FileError.self) { try WholeFile(path) }
    #expect(error.kind == .cannotCreate)
    #expect(try folder.names == ["loop"])
  }

  /// `..` after a link to a folder is the parent of the folder that the link leads to.
  @Test func takesPathsAsTheSystemDoes() throws {
    try FileManager.default.createDirectory(
      atPath: folder.file("a/b"),
      withIntermediateDirectories: true
    )
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("link"),
      withDestinationPath: "a/b"
    )
    try WholeFile(folder.file("link/../file")).commit()
    #expect(FileManager.default.fileExists(atPath: folder.file("a/file")))
  }

  @Test func saysBeforehandWhatCannotBeMade() throws {
    try OutputPlace.check([folder.file("file")])
    try OutputPlace.check(["/dev/null"])
    try OutputPlace.check([folder.file("a"), folder.file("b")])
    #expect(throws: FileError.self) {
      try OutputPlace.check([folder.file("a"), folder.file("./a")])
    }
    try Data().write(to: URL(filePath: folder.file("file")))
    for path in [folder.file("absent/file"), folder.file("file/file"), folder.path] {
      let error = try #require(throws: FileError.self) { try OutputPlace.check([path]) }
      #expect(error.kind == .cannotCreate)
      #expect(error.file == path)
    }
    #expect(try folder.names == ["file"])
  }

  @Test func writesAllArraysOrNone() throws {
    let array = NumPyArray<Float>(shape: [1], values: [1])
    let (first, second) = (folder.file("first"), folder.file("second"))
    try Data("old".utf8).write(to: URL(filePath: first))
    for last in [folder.file("absent/file"), first] {
      let error = try #require(throws: FileError.self) {
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
      atPath: folder.file("folder"),
      withIntermediateDirectories: false
    )
    for name in ["folder", "absent/file", "file/", ""] {
      let path = name.isEmpty ? "" : folder.file(name)
      let error = try #require(throws: FileError.self) { try WholeFile(path) }
      #expect(error.kind == .cannotCreate, "\(name)")
      #expect(error.file == path)
    }
    #expect(try folder.names == ["folder"])
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func saysThatADeviceIsFull() throws {
    let array = NumPyArray<Float>(shape: [1], values: [1])
    let error = try #require(throws: FileError.self) {
      try NumPyFile.write([("/dev/full", array)])
    }
    #expect(error.kind == .cannotWrite)
    try NumPyFile.write([("/dev/null", array)])
    #expect(FileManager.default.fileExists(atPath: "/dev/null"))
  }

  @Test func saysWhyItCannotRead() throws {
    func kind(_ path: String) -> FileError.Kind? {
      do { _ = try Checkpoint(contentsOf: path) } catch { return error.kind }
      return nil
    }
    let path = folder.file("locked")
    try Data("text".utf8).write(to: URL(filePath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
    #expect(kind(folder.file("absent")) == .missingFile)
    #expect(kind(folder.file("locked/file")) == .missingFile)
    #expect(kind("") == .missingFile)
    #expect(kind(folder.path) == .unreadable)
    #expect(kind("/dev/null") == .unreadable)
    // Root can read every file.
    #expect(kind(path) == (geteuid() == 0 ? .malformed : .unreadable))
  }

  @Test func saysWhatIsNoFile() throws {
    for (path, found) in [(folder.path, "a folder"), ("/dev/null", "a device or a pipe")] {
      let error = try #require(throws: FileError.self) { try Checkpoint(contentsOf: path) }
      #expect(error.found == found)
    }
  }

  @Test func readsAnEmptyFile() throws {
    let path = folder.file("empty")
    try Data().write(to: URL(filePath: path))
    let error = try #require(throws: FileError.self) { try Checkpoint(contentsOf: path) }
    #expect(error.found == "an empty file")
  }
}
