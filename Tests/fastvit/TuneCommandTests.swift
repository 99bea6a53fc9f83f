import CommandLineTool
import Execution
import FastViT
import Foundation
import KernelCatalog
import KernelContract
import TestSupport
import Testing

@testable import fastvit

/// `fastvit tune` and the profiles it makes, as a person uses them.
@Suite(.serialized) struct TuneCommandTests {
  private typealias Run = (code: ExitCode, output: String, errors: String)

  private func run(_ arguments: [String]) -> Run {
    var output = ""
    var errors = ""
    let code = Main.table.run(arguments, output: &output, errors: &errors)
    return (code, output, errors)
  }

  private static let small = ["--size", "64x96", "--threads", "2", "--time-limit", "60"]

  private func lines(_ path: String) throws -> [String] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  @Test func aProfileIsMeasuredShownMergedAndUsed() throws {
    let folder = try ScratchFolder()
    let profile = folder.file("p.jsonl")
    let tuned = run(["tune", "--level", "patient", "--output", profile] + Self.small)
    #expect(tuned.code == .success, "\(tuned.errors)")
    #expect(tuned.output.contains("whole runs") && tuned.output.contains(profile))
    let first = try lines(profile)
    #expect(first.count > 40 && Set(first).count == first.count)

    let shown = run(["tune", "--show", profile])
    #expect(shown.code == .success && shown.output.split(separator: "\n").count > first.count)
    let merged = folder.file("m.jsonl")
    #expect(run(["tune", "--merge", profile, profile, "--output", merged]).code == .success)
    #expect(try lines(merged) == first)

    // Nothing is left to measure, and the file stays as it is.
    let again = run(
      ["tune", "--level", "patient", "--resume", "--output", profile] + Self.small)
    #expect(again.code == .success)
    #expect(try lines(profile) == first)
    #expect(run(["tune", "--output", profile] + Self.small).code == .cannotCreate)

    let bench = ["bench", "--seconds", "0", "--threads", "2", "--size", "64x96"]
    let text = run(bench + ["--profile", profile])
    #expect(text.code == .success && text.output.contains("tuning profile \(profile): "))
    #expect(run(bench + ["--profile", profile, "--no-profile"]).code == .usage)
    let classified = ["classify", "--size", "64x96", "--threads", "2", "--json"]
    let plain = run(classified + ["--no-profile"])
    #expect(plain.code == .success)
    #expect(run(classified + ["--profile", profile]).output == plain.output)
  }

  @Test func badProfilesAreRefused() throws {
    let folder = try ScratchFolder()
    let path = folder.file("p.jsonl")
    for text in ["", "{}\n", "no\n"] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      for command in [
        ["tune", "--show", path], ["classify", "--profile", path],
        ["bench", "--seconds", "0", "--profile", path],
        ["tune", "--resume", "--output", path] + Self.small,
      ] {
        let run = run(command)
        #expect(run.code == .data && run.errors.contains("line 1"), "\(command) \(run.errors)")
      }
    }
    #expect(run(["tune", "--show", folder.file("none")]).code == .noInput)
  }

  /// Killed at some moment, then resumed: all lines stay, and each subject has one.
  @Test func killedAndResumedNothingIsLostOrTwice() async throws {
    let folder = try ScratchFolder()
    let profile = folder.file("p.jsonl")
    let tool = Process()
    tool.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("fastvit")
    try #require(FileManager.default.isExecutableFile(atPath: tool.executableURL?.path ?? ""))
    tool.arguments = ["tune", "--level", "patient", "--output", profile] + Self.small
    tool.standardOutput = nil
    try tool.run()
    while tool.isRunning, (try? lines(profile).count) ?? 0 < 4 { usleep(500) }
    #expect(kill(tool.processIdentifier, SIGKILL) == 0)
    tool.waitUntilExit()
    try #require(tool.terminationReason == .uncaughtSignal)
    let before = try lines(profile)
    #expect(before.count >= 4)

    let resumed = run(
      ["tune", "--level", "patient", "--resume", "--output", profile] + Self.small)
    #expect(resumed.code == .success, "\(resumed.errors)")
    let after = try lines(profile)
    #expect(after.count > before.count && Array(after.prefix(before.count)) == before)
    // Reading refuses a subject that comes twice.
    let whole = try TuningProfile(contentsOf: profile)
    #expect(whole.warnings.isEmpty)
    let untouched = folder.file("q.jsonl")
    _ = run(["tune", "--level", "patient", "--output", untouched] + Self.small)
    let subjects = Set(try TuningProfile(contentsOf: untouched).profile.entries.map(\.key))
    #expect(Set(whole.profile.entries.map(\.key)).isSuperset(of: subjects))
  }

  /// A product on four pixels is given a kernel that wants more, and computes them one by one.
  @Test(.enabled(if: FastViT.InstructionSet.best.name != "portable"))
  func aCheckFindsARuleThatIsWrong() throws {
    let arguments = ["--check", "--size", "64x64", "--threads", "1", "--time-limit", "60"]
    var command = try TuneCommand.parse(arguments + ["--tolerance", "30"])
    let problem = try NamedProblem(parsing: "ic384ih2oc1152kh1+gelu").problem
    let slow: [KernelContract.InstructionSet: String] = [
      .avx512: "pointwise_f32_16x1v_gelu*72", .avx2: "pointwise_f32_6x2v_gelu*72",
      .neon: "pointwise_f32_8x2v_gelu*144",
    ]
    try command.standard.choose(
      kernels: [try #require(slow[KernelCatalog.best])],
      for: PlanChoices.Key([problem], on: KernelCatalog.best, workers: 1))
    var output = ""
    let failure = #expect(throws: CommandFailure.self) { try command.run(to: &output) }
    #expect(failure?.exitCode == .checkFailed)
    #expect(
      failure?.message.contains("most for \(problem): ") == true, "\(String(describing: failure))")
    #expect(output.contains("whole runs") && !output.contains("profile:"))
    // Nothing is ten times slower.
    #expect(run(["tune", "--tolerance", "1000"] + arguments).code == .success)
  }

  @Test(arguments: [
    (["--show"], "one file"), (["--merge", "a"], "--output"), (["a"], "unexpected argument"),
    (["--show", "--merge", "a"], "exclude"), (["--level", "estimate", "--check"], "nothing"),
    (["--check", "--resume"], "--output"), (["--level", "all"], "patient"),
    (["--tolerance", "-1"], "0"),
  ]) func usageErrors(arguments: [String], hint: String) {
    let run = run(["tune"] + arguments)
    #expect(run.code == .usage && run.output.isEmpty)
    #expect(run.errors.contains(hint), "\(run.errors)")
  }

  @Test func estimateMeasuresNothing() {
    let run = run(["tune", "--level", "estimate"])
    #expect(run.code == .success && run.output.contains("kernels by the rules"))
  }
}
