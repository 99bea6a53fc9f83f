import FastViTOperations
import FastViTTestSupport
import Foundation
import Testing

@testable import FastViTKernelGenerator

/// What a sweep writes: the package that is built, and the record.
@Suite struct SweepPackageTests {
  private func sweep() throws -> SweepPlan {
    let words = [
      "--family", "pointwise", "--shapes", "a", "--rows", "3,8", "--vectors", "1", "--unroll",
      "1,9",
      "--isa", "portable",
    ]
    return try SweepPlan(
      SweepOptions(words), problems: [NamedProblem(parsing: "ic48ih8oc96kh1n\"fc\"+gelu*2")])
  }

  private func write(_ path: String, in folder: ScratchFolder) throws {
    let url = URL(fileURLWithPath: folder.file(path))
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(path.utf8).write(to: url)
  }

  /// The repository is linked except for what the sweep makes, so that manifest and flags are the
  /// repository's.
  @Test func packageIsTheRepositoryWithOtherKernels() throws {
    let folder = try ScratchFolder()
    let hand = [
      "Package.swift", "Sources/Operations/Rule.swift", "Sources/CPU/CPU.swift",
      "Benchmarks/Main.swift", "Benchmarks/Rank/Ranking.swift",
    ]
    let generated = [
      "Kernels/AVX512/old.swift", "Sources/Catalogue/old.swift", SweptKernelList.path,
    ]
    for path in hand + generated + [".git/config"] { try write(path, in: folder) }
    let package = SweepPackage(repository: folder.path)
    let sweep = try sweep()
    try package.write(sweep)
    func contents(_ path: String) -> String? {
      FileManager.default.contents(atPath: package.root + "/" + path)
        .map { String(decoding: $0, as: UTF8.self) }
    }
    for path in hand { #expect(contents(path) == path) }
    for file in sweep.files { #expect(contents(file.path) == file.text) }
    #expect(contents(".git/config") == nil)
    #expect(contents(generated[0]) == nil && contents(generated[1]) == nil)
    #expect(contents("shapes.txt") == "ic48ih8oc96oh8kh1n\"fc\"+gelu*2\n")
    for path in generated {
      #expect(FileManager.default.contents(atPath: folder.file(path)) == Data(path.utf8))
    }

    try FileManager.default.removeItem(atPath: folder.file(hand[1]))
    try write("Sources/Operations/New.swift", in: folder)
    try package.write(sweep)
    #expect(contents(hand[1]) == nil && contents("Sources/Operations/New.swift") != nil)
  }

  @Test func recordSaysHowItWasMade() throws {
    let folder = try ScratchFolder()
    let sweep = try sweep()
    func record(commit: String?) -> SweepRecord {
      SweepRecord(
        sweep: sweep, family: .pointwise, instructionSet: "portable",
        command: "kernelgen sweep --rows 3", commit: commit, day: "2026-10-31",
        ranking: "## Machine\n\nA machine.\n")
    }
    #expect(record(commit: nil).text.contains("`kernelgen sweep --rows 3`\n\n"))
    let record = record(commit: "0123abc")
    #expect(
      record.text == """
        # Sweep of pointwise kernels of portable, 2026-10-31

        `kernelgen sweep --rows 3` at commit 0123abc

        ## Tiles

        Tried: 2, on problems: 1.
        In the catalogue already: 0.
        Refused by the generator: 2:

        ```text
        pointwise_f32_3x1v_k9 needs 21 vector registers of 16: 3 × 1 sums, 9 × (1 weights + 1 broadcast input)
        pointwise_f32_8x1v_k9 needs 26 vector registers of 16: 8 × 1 sums, 9 × (1 weights + 1 broadcast input)
        ```

        ## Machine

        A machine.

        """)
    let first = record.path(in: folder.path)
    #expect(first == folder.file("sweep-2026-10-31-pointwise-portable.md"))
    try Data().write(to: URL(fileURLWithPath: first))
    #expect(record.path(in: folder.path) == folder.file("sweep-2026-10-31-pointwise-portable-2.md"))
  }

  @Test func aProgramIsInterruptedAtTheDeadline() throws {
    #expect(try ChildProcess.run(["true"], until: .now() + 60) == 0)
    #expect(try ChildProcess.run(["false"], until: .now() + 60) == 1)
    let start = ContinuousClock.now
    // This process may have been started with interrupts ignored, which its children inherit.
    let sleep = ["--default-signal=INT", "sleep", "60"]
    #expect(try ChildProcess.run(sleep, until: .now() + 0.1, patience: 60) == nil)
    let deaf = ["sh", "-c", "trap '' INT; exec sleep 60"]
    #expect(try ChildProcess.run(deaf, until: .now() + 0.1, patience: 0.1) == nil)
    #expect(ContinuousClock.now - start < .seconds(30))
    #expect(try ChildProcess.output(["echo", "a"]) == (0, "a\n"))
  }
}
