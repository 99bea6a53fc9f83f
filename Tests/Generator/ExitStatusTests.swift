import FastViTTestSupport
import Foundation
import Testing

/// `kernelgen` as a process: how it ends, and where it says why.
@Suite struct ExitStatusTests {
  private func run(_ arguments: [String]) throws -> (status: Int32, errors: String) {
    let tool = Process()
    tool.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("kernelgen")
    tool.arguments = arguments
    tool.standardOutput = nil
    let pipe = Pipe()
    tool.standardError = pipe
    try tool.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    tool.waitUntilExit()
    return (tool.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  @Test func statusesAreThoseOfSysexits() throws {
    let folder = try ScratchFolder()
    let sweep = ["sweep", "--family", "pointwise", "--shapes", folder.file("none")]
    let inTheWay = folder.file("Kernels")
    for name in ["Package.swift", "Generator", "Kernels"] {
      try Data().write(to: URL(fileURLWithPath: folder.file(name)))
    }
    for (words, status, error) in [
      (["--help"], 0, ""), (["sweep", "--help"], 0, ""),
      (["verify", "--root", RepositoryFiles.path("")], 0, ""),
      (["frobnicate"], 64, "kernelgen: unknown command: frobnicate\nusage: kernelgen "),
      (sweep + ["--isa", "sse"], 64, "kernelgen: '--isa' is 'sse', expected one of "),
      (sweep, 66, "kernelgen: \(folder.file("none")): cannot be read, "),
      (["verify", "--root", folder.path], 74, "kernelgen: Kernels: "),
    ] as [([String], Int32, String)] {
      let run = try run(words)
      #expect(run.status == status && run.errors.hasPrefix(error), "\(words): \(run)")
      #expect(run.errors.isEmpty == error.isEmpty)
    }
    #expect(FileManager.default.fileExists(atPath: inTheWay))
  }
}
