import FastViTCommandLine
import FastViTTestSupport
import Foundation
import Testing

@testable import FastViTTool

/// `fastvit doctor`, run in this process.
@Suite struct DoctorCommandTests {
  private func run(_ arguments: String...) -> (code: ExitCode, output: String, errors: String) {
    var output = ""
    var errors = ""
    let code = Main.table.run(["doctor"] + arguments, output: &output, errors: &errors)
    return (code, output, errors)
  }

  @Test func textSaysWhatIsUsed() throws {
    let run = run("--model", "sa12", "--isa", "portable")
    #expect(run.code == .success && run.errors.isEmpty)
    for line in ["CPU: ", "page: ", "affinity: ", "control group quota: ", "workers: "] {
      #expect(run.output.contains("\n" + line) || run.output.hasPrefix(line), "\(line)")
    }
    #expect(run.output.contains("kernels for sa12 at 256x256 pixels with portable\n"))
    #expect(run.output.contains("stages.3.blocks.*.token_mixer.attention"))
    #expect(run.output.contains("portable      yes\n"))
    #if arch(x86_64)
      #expect(run.output.contains("neon          no: needs an AArch64 CPU\n"))
    #endif
  }

  @Test func jsonSaysTheSame() throws {
    let folder = try ScratchFolder()
    let file = folder.file("doctor.json")
    #expect(run("--json", file).code == .success)
    let text = run("--json", "-").output
    #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
    let machine = try #require(object as? [String: Any])
    let cores = try #require(machine["cores"] as? [String: Any])
    #expect((cores["workers"] as? Int ?? 0) >= 1)
    let sets = try #require(machine["instruction_sets"] as? [[String: Any]])
    for set in sets {
      #expect((set["available"] as? Bool == true) == (set["obstacle"] is NSNull), "\(set)")
    }
    let kernels = try #require(machine["kernels"] as? [[String: Any]])
    #expect(kernels.first?["layer"] as? String == "stem.0")
    #expect((kernels.last?["kernels"] as? [String])?.isEmpty == false)
    #expect(machine["model"] as? String == "t8")
  }

  @Test func errors() throws {
    let folder = try ScratchFolder()
    #expect(run("--json", folder.path).code == .cannotCreate)
    #expect(run("--model", "t9").code == .usage)
    #expect(run("--isa", "sse").code == .usage)
  }
}
