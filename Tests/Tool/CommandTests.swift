import FastViTCommandLine
import FastViTFiles
import FastViTNetwork
import FastViTOperations
import FastViTTestSupport
import Foundation
import Testing

@testable import FastViTTool

/// The tool's commands, run in this process.
@Suite struct CommandTests {
  struct Run {
    let code: ExitCode
    let output: String
    let errors: String
  }

  func run(_ arguments: String...) -> Run {
    var output = ""
    var errors = ""
    let code = Main.table.run(arguments, output: &output, errors: &errors)
    return Run(code: code, output: output, errors: errors)
  }

  /// An NPY file of `shape` that holds zeros; `bytes` is the size of the values if it is not right.
  func array(
    _ shape: [Int], description: String = "<f4", fortran: Bool = false, bytes: Int? = nil
  ) -> Data {
    let sides = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let order = fortran ? "True" : "False"
    var header =
      "{'descr': '\(description)', 'fortran_order': \(order), 'shape': (\(sides)), }"
    header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
    var file = Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0, 118, 0]) + Data(header.utf8)
    file += Data(count: bytes ?? 4 * shape.reduce(1, *))
    return file
  }

  @Test func demonstrationAgreesWithTimm() {
    let run = run("classify", "--threads", "2")
    #expect(run.code == .success)
    #expect(run.output.contains("check against timm in float64"))
    #expect(run.output.contains("ok"))
    #expect(run.output.contains("mean nothing"))
  }

  @Test func everyCommandHasHelp() {
    for command in Main.table.commands {
      let run = run(command.description.name, "--help")
      #expect(run.code == .success)
      #expect(run.output.contains("USAGE: fastvit \(command.description.name)"))
      #expect(run.errors.isEmpty)
    }
  }

  @Test func variantsAndGraphPrintJSON() throws {
    for arguments in [["variants", "--json"], ["graph", "--model", "fastvit_t8", "--json"]] {
      var output = ""
      var errors = ""
      #expect(Main.table.run(arguments, output: &output, errors: &errors) == .success)
      _ = try JSONSerialization.jsonObject(with: Data(output.utf8))
    }
    #expect(run("graph", "--model", "t8").output.contains("678.95 MMACs"))
  }

  @Test(arguments: Architecture.all) func committedShapesAreCurrent(
    _ architecture: Architecture
  ) throws {
    let folder = try ScratchFolder()
    let file = folder.file("shapes.txt")
    let run = run("graph", "--model", architecture.name, "--emit-shapes", file)
    #expect(run.code == .success && run.output.isEmpty, "\(run.errors)")
    let committed = RepositoryFiles.path("Benchmarks/Shapes/fastvit_\(architecture.name).txt")
    let text = try String(contentsOfFile: file, encoding: .utf8)
    #expect(try String(contentsOfFile: committed, encoding: .utf8) == text)
    let printed = try NamedProblem.list(parsing: text).map(\.description)
    #expect(printed == text.split(separator: "\n").dropFirst().map(String.init))
    #expect(self.run("graph", "--emit-shapes", folder.path).code == .cannotCreate)
    #expect(self.run("graph", "--emit-shapes", file, "--json").code == .usage)
  }

  @Test func inferWritesLogitsEmbeddingAndFeatureMaps() throws {
    let folder = try ScratchFolder()
    let input = folder.file("x.npy")
    try array([2, 3, 40, 33]).write(to: URL(fileURLWithPath: input))
    let maps = folder.file("maps")
    let first = run(
      "infer", "--weights", "synthetic:4", "--model", "t8", "--input", input, "--output",
      folder.file("y.npy"), "--feature-maps", maps)
    #expect(first.code == .success, "\(first.errors)")
    #expect(first.output.isEmpty)
    let size = { (name: String) in try Data(contentsOf: URL(fileURLWithPath: folder.file(name))) }
    #expect(try size("y.npy").count == 128 + 4 * 2 * 1000)
    #expect(try size("maps/stage1.npy").count == 128 + 4 * 2 * 48 * 10 * 9)
    #expect(try size("maps/stage4.npy").count == 128 + 4 * 2 * 384 * 2 * 2)
    let second = run(
      "infer", "--weights", "synthetic", "--input", input, "--output", folder.file("z.npy"),
      "--features")
    #expect(second.code == .success)
    #expect(try size("z.npy").count == 128 + 4 * 2 * 768)
  }

  @Test func labelsMustFit() throws {
    let folder = try ScratchFolder()
    let labels = folder.file("labels.txt")
    try "one\ntwo\n".write(toFile: labels, atomically: true, encoding: .utf8)
    #expect(run("classify", "--labels", labels).code == .data)
    let names = (0..<1000).map { "name \($0)" }.joined(separator: "\n")
    try names.write(toFile: labels, atomically: true, encoding: .utf8)
    let run = run("classify", "--labels", labels, "--top", "1", "--json")
    #expect(run.code == .success)
    #expect(run.output.contains("\"label\": \"name "))
  }

  @Test func imagesAndOtherSizes() throws {
    let folder = try ScratchFolder()
    let image = folder.file("p.ppm")
    try (Data("P6 2 2 255\n".utf8) + Data(repeating: 90, count: 12))
      .write(to: URL(fileURLWithPath: image))
    #expect(run("classify", image, "--size", "64x48").code == .success)
    let prepared = ["apple", "timm", "mobileclip"].map {
      run("classify", image, "--size", "32", "--preprocessing", $0, "--json")
    }
    #expect(prepared.allSatisfy { $0.code == .success })
    #expect(prepared[0].output == prepared[1].output)
    #expect(prepared[0].output != prepared[2].output)
    #expect(run("classify", image, "--preprocessing", "none").code == .usage)
    try Data("P6 2 2 255\n".utf8).write(to: URL(fileURLWithPath: image))
    #expect(run("classify", image).code == .data)
  }

  /// A checkpoint and the file that `convert` writes for it give the same logits except for rounding.
  @Test func conversionKeepsTheLogits() throws {
    let folder = try ScratchFolder()
    let form = SyntheticWeights.form
    let architecture = try #require(Architecture.named("t8"))
    let weights = SyntheticWeights(seed: 9)
    let entries = NetworkParameters(architecture, form: form, classCount: 5).all.map { parameter in
      SafetensorsWriter.Entry(
        "module." + parameter.name, shape: parameter.shape,
        weights.values(named: parameter.name, shape: parameter.shape))
    }
    let input = folder.file("x.npy")
    var random = SeededGenerator(1)
    let image = random.floats(3 * 32 * 32, in: -2...2)
    try NumPyFile.write([(input, NumPyArray(shape: [1, 3, 32, 32], values: image))])
    let (before, after) = (folder.file("before.safetensors"), folder.file("after.safetensors"))
    try SafetensorsWriter.write(entries, to: before)
    #expect(
      run("convert", "--weights", before, "--model", "t12", "--output", after).code == .data)
    #expect(run("convert", "--weights", before, "--output", after).code == .success)
    let logits = try [before, after].map { file in
      let output = folder.file("y.npy")
      #expect(
        run("infer", "--weights", file, "--input", input, "--output", output).code == .success)
      return try NumPyFile.read(output, as: Double.self, accepting: [.float32]).values
    }
    #expect(logits[0].count == 5)
    #expect(relativeError(logits[1], logits[0]) < 1e-6)
    #expect(
      try Checkpoint(contentsOf: after).metadata
        == ["format": "pt", "architecture": "fastvit_t8"])
    #expect(run("inspect", after).output.contains("form: timm reparameterised"))
    #expect(run("inspect", before).output.contains("prefix: module."))
  }

  @Test func syntheticWeightsSurviveConversion() throws {
    let folder = try ScratchFolder()
    let (input, file) = (folder.file("x.npy"), folder.file("w.safetensors"))
    var random = SeededGenerator(1)
    let image = random.floats(3 * 32 * 32, in: -2...2)
    try NumPyFile.write([(input, NumPyArray(shape: [1, 3, 32, 32], values: image))])
    let weights = ["synthetic:9", file]
    let converted = run("convert", "--weights", weights[0], "--model", "t12", "--output", file)
    #expect(converted.code == .success && converted.output.isEmpty, "\(converted.errors)")
    let logits = try weights.map { weights in
      let output = folder.file("y.npy")
      let run = run(
        "infer", "--weights", weights, "--model", "t12", "--input", input, "--output", output)
      #expect(run.code == .success, "\(run.errors)")
      return try NumPyFile.read(output, as: Double.self, accepting: [.float32]).values
    }
    #expect(relativeError(logits[1], logits[0]) < 1e-6)
  }

  /// The name of a folder may end with slashes, and a file in its place is an error before the run.
  @Test func foldersOfFeatureMaps() throws {
    let folder = try ScratchFolder()
    let input = folder.file("x.npy")
    try array([1, 3, 32, 32]).write(to: URL(fileURLWithPath: input))
    func run(_ maps: String, output: String = "y.npy") -> Run {
      self.run(
        "infer", "--weights", "synthetic", "--input", input, "--output", folder.file(output),
        "--feature-maps", folder.file(maps))
    }
    #expect(run("maps//").code == .success)
    #expect(FileManager.default.fileExists(atPath: folder.file("maps/stage4.npy")))
    let notAFolder = run("x.npy")
    #expect(notAFolder.code == .cannotCreate)
    #expect(notAFolder.errors == "error: \(input): found a file, expected a folder\n")
    let same = run("maps", output: "maps/../maps/stage1.npy")
    #expect(same.code == .cannotCreate && same.errors.contains("two results"))
  }

  /// A closed standard output is an error; no file that is opened later receives the output.
  @Test func aClosedOutputIsAnErrorOfWriting() throws {
    for closed in [">&-", "<&- >&-"] {
      let run = try BuiltTool.shell("exec \"$0\" classify --no-profile --size 32 2>&1 \(closed)")
      #expect(run.status == ExitCode.inputOutput.rawValue)
      #expect(run.output == "error: cannot write standard output: Bad file descriptor\n")
    }
  }
}
