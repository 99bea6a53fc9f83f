import FastViTTestSupport
import Foundation
import Testing

@testable import FastViTKernelGenerator

/// The generated files in a folder of the test: every difference from the plan must be seen and mended.
@Suite struct GeneratedTreeTests {
  private let files = [
    KernelFile(path: "Kernels/AVX512/one.swift", text: "let one = 1\n"),
    KernelFile(path: "Kernels/AVX512/two.swift", text: "let two = 2\n"),
    KernelFile(path: "Sources/Catalogue/list.swift", text: "let list = 3\n"),
  ]

  private func write(_ text: String, to path: String, in folder: ScratchFolder) throws {
    let url = URL(fileURLWithPath: folder.file(path))
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  @Test func everyKindOfDriftIsSeenAndMended() throws {
    let folder = try ScratchFolder()
    let tree = GeneratedTree(root: folder.path)
    #expect(try tree.update(to: files).count == 3)
    #expect(try tree.drift(from: files).isEmpty)

    try write("let one = 7\n", to: files[0].path, in: folder)
    try FileManager.default.removeItem(atPath: folder.file(files[1].path))
    try write("", to: "Kernels/AVX2/left.over", in: folder)
    try write("let hand = 1\n", to: "Sources/Operations/Hand.swift", in: folder)
    let drift: [GeneratedTree.Drift] = [
      .orphan("Kernels/AVX2/left.over"), .changed(files[0].path), .missing(files[1].path),
    ]
    #expect(try tree.drift(from: files) == drift)
    #expect(try tree.update(to: files) == drift)
    #expect(try tree.drift(from: files).isEmpty)
    #expect(FileManager.default.fileExists(atPath: folder.file("Sources/Operations/Hand.swift")))
  }

  @Test func linksAreOrphansWhereverTheyLead() throws {
    let folder = try ScratchFolder()
    let tree = GeneratedTree(root: folder.path)
    _ = try tree.update(to: files)
    try write("let hand = 1\n", to: "elsewhere/Hand.swift", in: folder)
    let links = ["Kernels/AVX2/folder", "Kernels/AVX512/nowhere.swift"]
    try FileManager.default.createDirectory(
      atPath: folder.file("Kernels/AVX2"), withIntermediateDirectories: true)
    for (link, target) in zip(links, ["elsewhere", "nowhere"]) {
      try FileManager.default.createSymbolicLink(
        atPath: folder.file(link), withDestinationPath: folder.file(target))
    }
    #expect(try tree.update(to: files) == links.map { .orphan($0) })
    #expect(try tree.drift(from: files).isEmpty)
    #expect(FileManager.default.fileExists(atPath: folder.file("elsewhere/Hand.swift")))
  }

  @Test func whatCannotBeWrittenIsNamed() throws {
    let folder = try ScratchFolder()
    let path = files[0].path
    try write("", to: path + "/in the way", in: folder)
    #expect {
      try GeneratedTree(root: folder.path).update(to: [files[0]])
    } throws: { error in
      let text = (error as? GeneratedTree.Failure)?.description ?? ""
      return text.hasPrefix(path + ": ") && !text.contains("\n")
    }
  }

  /// A folder that cannot be listed is an error, and not an empty folder.
  @Test func whatCannotBeListedIsAFailure() throws {
    let folder = try ScratchFolder()
    try write("", to: "Kernels", in: folder)
    #expect {
      try GeneratedTree(root: folder.path).drift(from: files)
    } throws: { error in
      (error as? GeneratedTree.Failure)?.description.hasPrefix("Kernels: ") == true
    }
  }

  @Test func whatIsRightIsNotTouched() throws {
    let folder = try ScratchFolder()
    let tree = GeneratedTree(root: folder.path)
    _ = try tree.update(to: files)
    let path = folder.file(files[0].path)
    let old = Date(timeIntervalSince1970: 1_000_000)
    try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: path)
    try write("let two = 0\n", to: files[1].path, in: folder)
    #expect(try tree.update(to: files) == [.changed(files[1].path)])
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.modificationDate] as? Date == old)
  }

  /// The command line on a copy of the repository's generated files.
  @Test func verifyExitsWithOneOnDrift() throws {
    let folder = try ScratchFolder()
    for landmark in ["Package.swift", "Generator/x"] { try write("", to: landmark, in: folder) }
    func status(_ words: String...) throws -> Int32 {
      let silent: (String) -> Void = { _ in }
      return try Kernelgen.run(
        words + ["--root", folder.path], say: silent, complain: silent)
    }
    #expect(try status() == 0)
    #expect(try status("verify") == 0)
    let victim = folder.file("Kernels/AVX512/Vector.swift")
    try Data("typealias Vector = Int\n".utf8).write(to: URL(fileURLWithPath: victim))
    #expect(try status("verify") == 1)
    #expect(try status() == 0)
    #expect(try status("verify") == 0)
  }

  @Test func theRepositoryIsAsPlanned() throws {
    let tree = GeneratedTree(root: RepositoryFiles.path(""))
    #expect(try tree.drift(from: KernelPlan.committed.files()).isEmpty)
  }

  @Test func anotherFolderIsRefused() throws {
    let folder = try ScratchFolder()
    let hand = "Kernels/Hand.swift"
    try write("", to: hand, in: folder)
    #expect(throws: ArgumentError.self) { try Kernelgen.run(["--root", folder.path]) }
    try write("", to: "Package.swift", in: folder)
    #expect(throws: ArgumentError.self) { try Kernelgen.run(["--root", folder.path]) }
    #expect(FileManager.default.fileExists(atPath: folder.file(hand)))
    #expect(throws: ArgumentError.self) { try Kernelgen.run(["frobnicate"]) }
    #expect(throws: ArgumentError.self) { try Kernelgen.run(["verify", "--json"]) }
  }
}
