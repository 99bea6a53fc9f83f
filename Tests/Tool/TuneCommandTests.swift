import FastViT
import FastViTCatalogue
import FastViTCommandLine
import FastViTExecution
import FastViTOperations
import FastViTTestSupport
import Foundation
import Synchronization
import Testing

@testable import FastViTTool

/// `fastvit tune` and the profiles it writes.
@Suite(.serialized) struct TuneCommandTests {
  private typealias Run = (code: ExitCode, output: String, errors: String)

  private func run(_ arguments: [String]) -> Run {
    var output = ""
    var errors = ""
    let code = Main.table.run(arguments, output: &output, errors: &errors)
    return (code, output, errors)
  }

  private static let small = ["--size", "64x96", "--threads", "2", "--time-limit", "600"]

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

    // Nothing is left to measure, so the file does not change.
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
      // A process that is killed before its first line leaves an empty file, which --resume accepts.
      let resuming = text.isEmpty ? [] : [["tune", "--resume", "--output", path] + Self.small]
      for command in resuming + [
        ["tune", "--show", path], ["classify", "--profile", path],
        ["bench", "--seconds", "0", "--profile", path],
      ] {
        let run = run(command)
        #expect(run.code == .data && run.errors.contains("line 1"), "\(command) \(run.errors)")
      }
    }
    #expect(run(["tune", "--show", folder.file("none")]).code == .noInput)
  }

  /// A real process is killed and resumed at random moments and then runs to its end. Its
  /// measurements are kept, continued, and lead to decisions.
  @Test func killedAndResumedNothingIsLostOrTwice() async throws {
    let folder = try ScratchFolder()
    let profile = folder.file("p.jsonl")
    let tune = ["tune", "--level", "patient", "--resume", "--output", profile] + Self.small
    var before = Data()
    var kills = 0
    var wasMeasuring = false
    var random = SeededGenerator(UInt64(getpid()))
    while kills < 8 {
      let tool = try BuiltTool.start(tune)
      let start = before.count
      func size() -> Int { (try? Data(contentsOf: URL(fileURLWithPath: profile)).count) ?? 0 }
      while tool.isRunning, size() <= start { usleep(500) }
      usleep(.random(in: 0...60_000, using: &random))
      kill(tool.processIdentifier, SIGKILL)
      tool.waitUntilExit()
      guard tool.terminationReason == .uncaughtSignal else { break }
      kills += 1
      let undecided = try TuningProfile(contentsOf: profile).profile.undecided
      // The process may have been in its final runs, with nothing left to append.
      if undecided.isEmpty, wasMeasuring { break }
      let after = try Data(contentsOf: URL(fileURLWithPath: profile))
      let whole = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      #expect(after.starts(with: before.prefix(whole)) && after.count > whole)
      before = after
      wasMeasuring = wasMeasuring || undecided.contains { $0.count > 0 }
    }
    #expect(kills > 0 && wasMeasuring)
    let torn = try #require(FileHandle(forWritingAtPath: profile))
    try torn.seekToEnd()
    try torn.write(contentsOf: Data("{\"measured\": [[0, 1, 5".utf8))

    let known = try TuningProfile(contentsOf: profile).profile
    #expect(known.undecided.allSatisfy { $0.samples.allSatisfy { $0.count <= Self.mostSamples } })
    let resumed = run(tune)
    #expect(resumed.code == .success, "\(resumed.errors)")
    let whole = try TuningProfile(contentsOf: profile)
    #expect(whole.warnings.isEmpty && whole.profile.undecided.isEmpty)
    #expect(whole.profile.entries.starts(with: known.entries))
    for measured in known.undecided {
      let entry = try #require(whole.profile.entry(for: measured.list.subject))
      let place = try #require(measured.list.choices.firstIndex(of: entry.choice))
      #expect(entry.samples >= measured.samples[place].count)
      #expect(entry.samples <= Self.mostSamples)
    }
    // Reading refuses a file with two decisions for one subject.
    #expect(try lines(profile).count == whole.profile.entries.count + 1)
  }

  /// The largest number of samples of a candidate: 40, checked every fourth run.
  private static let mostSamples = 40 + 3

  /// The first Control-C ends the measurement after the current run, which may take long; the
  /// second one ends the process.
  @Test func aSecondInterruptionEndsTheTool() throws {
    let folder = try ScratchFolder()
    let profile = folder.file("p.jsonl")
    let tool = try BuiltTool.start(
      "tune", "--model", "ma36", "--size", "256", "--time-limit", "3600", "--output", profile)
    // The tool creates the file after it has installed its signal handlers.
    while tool.isRunning, !FileManager.default.fileExists(atPath: profile) { usleep(500) }
    while tool.isRunning {
      kill(tool.processIdentifier, SIGINT)
      usleep(50_000)
    }
    #expect(tool.terminationReason == .exit && tool.terminationStatus == 128 + SIGINT)
    #expect(try TuningProfile(contentsOf: profile).warnings.isEmpty)
  }

  @Test func aBatchIsTunedAsItRuns() throws {
    let folder = try ScratchFolder()
    let profile = folder.file("p.jsonl")
    let tuned = run(["tune", "--batch", "3", "--output", profile] + Self.small)
    #expect(tuned.code == .success, "\(tuned.errors)")
    #expect(tuned.output.hasPrefix("t8, weights synthetic:0, 64x96 pixels, batch 3, "))
    #expect(tuned.output.contains("whole runs of 3 images, alternating: "))
    let entries = try TuningProfile(contentsOf: profile).profile.entries
    #expect(!entries.isEmpty && entries.allSatisfy { $0.key.workers == 2 })
  }

  /// Decisions about the operations of a file are used by networks that have these operations.
  @Test func shapesAreTunedForAnyNetwork() throws {
    let folder = try ScratchFolder()
    let (shapes, profile) = (folder.file("s.txt"), folder.file("p.jsonl"))
    let size = ["--size", "64x96"]
    #expect(run(["graph", "--emit-shapes", shapes] + size).code == .success)
    let tune = ["tune", "--shapes", shapes, "--level", "patient", "--threads", "2"]
    let tuned = run(tune + ["--output", profile])
    #expect(tuned.code == .success, "\(tuned.errors)")
    #expect(
      tuned.output.hasPrefix(shapes + ", ") && tuned.output.contains("each alone, alternating"))
    let entries = try TuningProfile(contentsOf: profile).profile.entries
    #expect(entries.allSatisfy { $0.key.workers == 2 && $0.key.operations.count == 1 })
    let network = Variant.t8.kernelChoices(height: 64, width: 96, on: .best).map(\.problem)
    let named = try network.map { try NamedProblem(parsing: $0).problem }
    let kernels = entries.filter(\.subject.isOfKernels).map { $0.key.operations[0] }
    #expect(kernels.count > 15 && Set(named).isSuperset(of: kernels))
    #expect(entries.contains { !$0.subject.isOfKernels })
    let bench = ["bench", "--seconds", "0", "--threads", "2"] + size
    #expect(
      run(bench + ["--profile", profile]).output.contains(": \(entries.count) decisions for "))
    let first = try lines(profile)
    #expect(run(tune + ["--resume", "--output", profile]).code == .success)
    #expect(try lines(profile) == first)
    let estimate = run(["tune", "--level", "estimate", "--shapes", shapes])
    #expect(estimate.code == .success && estimate.output.contains("kernels by the rules"))
    #expect(estimate.output.split(separator: "\n").count == network.count + 1)
  }

  @Test(arguments: [
    ("ic48ih8oc96kh1\nic48ih", "line 2, column"), ("to-planar:ic48ih7", "found no operation"),
    ("ic16384ih1oc16kh1", "expected at most 8192"),
  ]) func badShapesAreRefused(text: String, hint: String) throws {
    let folder = try ScratchFolder()
    let (shapes, profile) = (folder.file("s.txt"), folder.file("p.jsonl"))
    try Data(text.utf8).write(to: URL(fileURLWithPath: shapes))
    let bad = run(["tune", "--shapes", shapes, "--output", profile])
    #expect(bad.code == .data && bad.errors.contains(hint), "\(bad.errors)")
    #expect(bad.errors.split(separator: "\n").count == 1 && bad.output.isEmpty)
    #expect(run(["tune", "--shapes", folder.file("none"), "--output", profile]).code == .noInput)
    #expect(try folder.names == ["s.txt"])
  }

  @Test func theBarSaysHowFarHowLongAndHowGood() {
    let written = Mutex("")
    let bar = ProgressBar("tune", total: 0, columns: 90) { text in written.withLock { $0 += text } }
    let shown = TuningProgressBar(bar)
    Thread.sleep(forTimeInterval: 0.15)
    shown.show(
      TuningProgress(
        decided: 12, total: 45, secondsLeft: 31, defaultTime: 8e6, gain: 0.032))
    let text = written.withLock { $0 }
    #expect(text.hasSuffix("] 12/45, 0:31 left, best 7.74 ms, 3.2 % gained"), "\(text)")
  }

  /// The default for a product on four pixels is a kernel for more pixels, which computes these one
  /// at a time.
  @Test(.enabled(if: VectorInstructions.best.name != "portable"))
  func aCheckFindsARuleThatIsWrong() throws {
    let arguments = ["--check", "--size", "64x64", "--threads", "1", "--time-limit", "600"]
    var command = try TuneCommand.parse(arguments + ["--tolerance", "30"])
    let problem = try NamedProblem(parsing: "ic384ih2oc1152kh1+gelu").problem
    let slow: [InstructionSet: String] = [
      .avx512: "pointwise_f32_16x1v_gelu*72", .avx2: "pointwise_f32_6x2v_gelu*72",
      .neon: "pointwise_f32_8x2v_gelu*144",
    ]
    try command.standard.choose(
      kernels: [try #require(slow[InstructionSet.best])],
      for: PlanChoices.Key([problem], on: InstructionSet.best, workers: 1))
    var output = ""
    let failure = #expect(throws: CommandFailure.self) { try command.run(to: &output) }
    #expect(failure?.exitCode == .checkFailed)
    #expect(
      failure?.message.contains("most for \(problem): ") == true, "\(String(describing: failure))")
    #expect(output.contains("whole runs") && !output.contains("profile:"))
    // No kernel is ten times slower than another.
    #expect(run(["tune", "--tolerance", "1000"] + arguments).code == .success)
  }

  @Test func aCheckWithoutTimeIsNotPassed() {
    let (code, _, errors) = run([
      "tune", "--check", "--tolerance", "1000", "--level", "patient", "--threads", "1",
      "--time-limit", "1",
    ])
    #expect(code == .checkFailed)
    #expect(errors.contains("the check is incomplete: no time for "), "\(errors)")
  }

  @Test(arguments: [
    (["--show"], "one file"), (["--merge", "a"], "--output"), (["a"], "unexpected argument"),
    (["--show", "--merge", "a"], "exclude"), (["--level", "estimate", "--check"], "nothing"),
    (["--check", "--resume"], "--output"), (["--level", "all"], "patient"),
    (["--tolerance", "-1"], "0"), (["--batch", "0"], "1 to 1024"),
    (["--batch", "2", "--size", "16384x16384"], "at most 268435456"),
    (["--shapes", "a", "--model", "t8"], "'--shapes' and '--model' exclude"),
    (["--shapes", "a", "--batch", "1"], "'--shapes' and '--batch' exclude"),
    (["--shapes", "a", "--size", "64x64"], "exclude"),
    (["--shapes", "a", "--weights", "synthetic"], "exclude"),
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
