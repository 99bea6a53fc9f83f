import FastViTCommandLine
import FastViTNetwork
import FastViTTestSupport
import Foundation
import Testing

@testable import FastViTTool

extension CommandTests {
  @Test func badInputs() throws {
    let folder = try ScratchFolder()
    let cases: [(Data, String)] = [
      (Data(), "empty"),
      (array([1, 3, 32, 32], description: "<f8", bytes: 24_576), "type"),
      (array([1, 3, 32, 32], fortran: true), "order"), (array([1, 4, 32, 32]), "channels"),
      (array([3, 32, 32]), "rank"), (array([0, 3, 32, 32]), "zero"),
      (array([1, 3, 31, 32]), "small"), (array([1, 3, 32, 32], bytes: 8), "truncated"),
      (array([1, 3, 32, 32], bytes: 20_000), "trailing"),
      (array([1 << 40, 3, 1 << 40, 32], bytes: 64), "overflow"),
    ]
    for (bytes, name) in cases {
      let input = folder.file(name + ".npy")
      try bytes.write(to: URL(fileURLWithPath: input))
      let output = folder.file("y.npy")
      let run = run(
        "infer", "--weights", "synthetic", "--input", input, "--output", output,
        "--feature-maps", folder.file("maps"))
      #expect(run.code == .data, "\(name): \(run.errors)")
      #expect(run.errors.hasPrefix("error: ") && run.errors.filter(\.isNewline).count == 1)
      #expect(!FileManager.default.fileExists(atPath: output))
      #expect(!FileManager.default.fileExists(atPath: folder.file("maps")))
    }
  }

  @Test func failedRunsKeepWhatWasThere() throws {
    let folder = try ScratchFolder()
    let (input, old) = (folder.file("x.npy"), folder.file("stage1.npy"))
    try array([1, 3, 32, 32]).write(to: URL(fileURLWithPath: input))
    try Data("old".utf8).write(to: URL(fileURLWithPath: old))
    try FileManager.default.createDirectory(
      atPath: folder.file("stage3.npy"), withIntermediateDirectories: false)
    for output in [folder.file("y.npy"), old] {
      let run = run(
        "infer", "--weights", "synthetic", "--input", input, "--output", output,
        "--feature-maps", folder.path)
      #expect(run.code == .cannotCreate)
      #expect(try String(contentsOfFile: old, encoding: .utf8) == "old")
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
          == ["stage1.npy", "stage3.npy", "x.npy"])
    }
  }

  @Test func badWeights() throws {
    let folder = try ScratchFolder()
    let nested = Data([0x80, 2]) + Data(repeating: 0x5D, count: 200_000)
    let huge = Data([0, 0, 0, 0, 0, 0, 0, 0x40]) + Data("{}".utf8)
    let brackets = Data(repeating: UInt8(ascii: "{"), count: 200_000)
    var header = Data([0, 0x10, 0, 0, 0, 0, 0, 0]) + Data(repeating: 0x5B, count: 0x1000)
    header[8] = UInt8(ascii: "{")
    for bytes in [
      Data(), Data([1, 2, 3]), nested, huge, brackets, header, Data("PK\u{3}\u{4}".utf8),
    ] {
      let file = folder.file("w.pth")
      try bytes.write(to: URL(fileURLWithPath: file))
      for arguments in [
        ["inspect", file], ["graph", "--weights", file],
        ["convert", "--weights", file, "--output", folder.file("out.safetensors")],
      ] {
        var output = ""
        var errors = ""
        #expect(Main.table.run(arguments, output: &output, errors: &errors) == .data)
        #expect(errors.filter(\.isNewline).count == 1)
      }
      #expect(!FileManager.default.fileExists(atPath: folder.file("out.safetensors")))
    }
  }

  @Test func missingAndUnwritable() throws {
    let folder = try ScratchFolder()
    let input = folder.file("x.npy")
    try array([1, 3, 32, 32]).write(to: URL(fileURLWithPath: input))
    let nowhere = folder.file("no/such/y.npy")
    #expect(
      run("infer", "--weights", folder.file("w"), "--input", input, "--output", nowhere).code
        == .noInput)
    #expect(
      run("infer", "--weights", "synthetic", "--input", folder.file("no"), "--output", nowhere)
        .code == .noInput)
    #expect(
      run("infer", "--weights", "synthetic", "--input", input, "--output", nowhere).code
        == .cannotCreate)
    #expect(
      run("infer", "--weights", "synthetic", "--input", input, "--output", folder.path).code
        == .cannotCreate)
    #expect(run("inspect", folder.path).code == .noInput)
    #expect(run("classify", folder.file("no.ppm")).code == .noInput)
    #expect(run("classify", "--labels", folder.file("no.txt")).code == .noInput)
  }

  @Test func mistypedCommands() {
    for (arguments, hint) in [
      (["infre"], "infer"), (["infer", "--inptu", "x"], "--input"), (["infer"], "--weights"),
      (["graph", "--model", "t9"], "t8"), (["graph", "--size", "31x32"], "32"),
      (["infer", "--weights", "synthetic:x"], "SEED"), (["classify", "--top", "0"], "1"),
    ] {
      var output = ""
      var errors = ""
      #expect(Main.table.run(arguments, output: &output, errors: &errors) == .usage)
      #expect(errors.contains(hint), "\(arguments): \(errors)")
      #expect(output.isEmpty)
    }
  }

  /// Weights that are finite but so large that the logits are not.
  @Test func logitsThatOverflowAreNoAnswer() throws {
    let folder = try ScratchFolder()
    let weights = folder.file("large.safetensors")
    #expect(run("convert", "--weights", "synthetic", "--output", weights).code == .success)
    try overwrite("head.fc.weight", of: weights, with: 3e38)
    let classify = run("classify", "--weights", weights, "--size", "32x32")
    #expect(classify.code == .data && classify.output.isEmpty)
    #expect(classify.errors.contains("'embedded image' overflow"))
    let (input, output) = (folder.file("x.npy"), folder.file("y.npy"))
    try array([1, 3, 32, 32]).write(to: URL(fileURLWithPath: input))
    let infer = try BuiltTool.shell(
      "\"$0\" infer --weights \(weights) --input \(input) --output \(output) --no-profile 2>&1")
    #expect(infer.status == 0)
    #expect(infer.output == "warning: \(output): 1000 of 1000 values are NaN or infinite\n")
  }

  /// Sets all elements of a tensor in a safetensors file to `value`.
  private func overwrite(_ tensor: String, of path: String, with value: Float) throws {
    let file = URL(fileURLWithPath: path)
    var bytes = try Data(contentsOf: file)
    let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try JSONSerialization.jsonObject(with: bytes[8..<8 + length])
    let entry = try #require((header as? [String: Any])?[tensor] as? [String: Any])
    let offsets = try #require(entry["data_offsets"] as? [Int])
    let count = (offsets[1] - offsets[0]) / MemoryLayout<Float>.stride
    let values = [Float](repeating: value, count: count).withUnsafeBytes { Data($0) }
    bytes.replaceSubrange(8 + length + offsets[0]..<8 + length + offsets[1], with: values)
    try bytes.write(to: file)
  }
}
