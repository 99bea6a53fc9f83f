import FastViTCatalogue
import FastViTCommandLine
import FastViTExecution
import FastViTOperations
import FastViTTestSupport
import Foundation
import Testing

@testable import FastViTTool

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// `fastvit profile`, run in this process.
@Suite struct ProfileCommandTests {
  private func run(
    _ arguments: String..., command: String = "profile"
  ) -> (code: ExitCode, output: String, errors: String) {
    var output = ""
    var errors = ""
    let time = command == "profile" ? ["--seconds", "0"] : []
    let code = Main.table.run(
      [command, "--size", "32x48"] + time + arguments, output: &output, errors: &errors)
    return (code, output, errors)
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  private func number(_ object: [String: Any], _ key: String) throws -> Double {
    try #require(object[key] as? Double, "\(key)")
  }

  /// Measures one run, so that medians add up.
  @Test func jsonAddsUp() throws {
    let run = run("--json", "-", "--threads", "2", "--model", "sa12")
    #expect(run.code == .success, "\(run.errors)")
    let report = try object(run.output)
    #expect(report["model"] as? String == "sa12" && report["size"] as? String == "32x48")
    #expect(report["threads"] as? Int == 2 && report["runs"] as? Int == 1)
    let steps = try #require(report["steps"] as? [[String: Any]])
    let layers = try steps.map { try #require($0["layers"] as? [[String: Any]]) }
    func isSum(_ parts: [Double], _ whole: Double) -> Bool {
      (parts.reduce(0, +) / whole - 1).magnitude < 1e-9
    }
    let times = try steps.map { try number($0, "ms") }
    let total = try number(report, "steps_ms")
    #expect(isSum(times, total))
    #expect(isSum(try steps.map { try number($0, "share") }, 1))
    let all = layers.flatMap(\.self)
    #expect(isSum(try all.map { try number($0, "ms") }, try number(report, "layers_ms")))
    for (step, layers) in zip(steps, layers) {
      let sums = try ["multiply_adds", "bytes"].map { key in
        try layers.map { try number($0, key) }.reduce(0, +) - number(step, key)
      }
      #expect(sums == [0, 0])
      #expect(try layers.map { try number($0, "ms") }.reduce(0, +) <= number(step, "ms"))
    }
    let peak = try number(report, "core_peak_gflops")
    for layer in all where try number(layer, "multiply_adds") > 0 {
      let speed = try number(layer, "gflops")
      #expect(try number(layer, "roof_fraction") >= speed / peak * (1 - 1e-12))
    }
    let workers = try #require(report["workers"] as? [[String: Any]])
    #expect(workers.count == 2)
    #expect(isSum(try workers.map { try number($0, "busy_ms") }, total))
    for worker in workers {
      let parts = try ["busy_ms", "waiting_ms"].map { try number(worker, $0) }
      #expect(isSum(parts, try number(report, "wall_ms")))
    }
  }

  @Test func tableForPeople() {
    let run = run("--isa", "portable", "--threads", "1", "--mode", "throughput")
    #expect(run.code == .success && run.errors.isEmpty, "\(run.errors)")
    #expect(run.output.hasPrefix("t8, weights synthetic:0, 32x48 pixels, 1 image per run\nportab"))
    for word in [
      "step, layer", "of roof", "  stem.0 ", "head.fc ", "worker  ", "wall ", "tracing costs",
      "of core time", "roof of one core: ", "_f32_",
    ] {
      #expect(run.output.contains(word), "\(word)")
    }
  }

  /// The kernels of the tuning profile run, and the report names the profile.
  @Test func aTuningProfileIsUsedAndNamed() throws {
    let folder = try ScratchFolder()
    let path = folder.file("p.jsonl")
    let problem = try NamedProblem(parsing: "g48ic48ih16iw24oc48oh8ow12kh3sh2ph1+gelu").problem
    let tuned = run(
      "--threads", "1", "--time-limit", "0", "--output", path, command: "tune")
    #expect(tuned.code == .success, "\(tuned.errors)")
    func kernel(_ arguments: String...) throws -> String? {
      var output = ""
      var errors = ""
      let quick = ["profile", "--size", "32x48", "--seconds", "0", "--threads", "1", "--json", "-"]
      #expect(Main.table.run(quick + arguments, output: &output, errors: &errors) == .success)
      let report = try object(output)
      #expect(report["profile"] as? String == (arguments.first == "--profile" ? path : nil))
      let steps = try #require(report["steps"] as? [[String: Any]])
      let layers = steps.flatMap { $0["layers"] as? [[String: Any]] ?? [] }
      let layer = layers.first { $0["problem"] as? String == problem.description }
      return try #require(layer?["kernels"] as? [String]).first
    }
    let standard = try #require(try kernel("--no-profile"))
    let candidates = PlanChoices.kernelCandidates(for: problem, on: InstructionSet.best, all: true)
    let other = try #require(candidates.first { $0 != [standard] })
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    let entry =
      "{\"operations\": [\"\(problem)\"], \"isa\": \"\(InstructionSet.best.name)\", "
      + "\"threads\": 1, \"kernels\": [\"\(other[0])\"], \"ns\": 1, \"spread_ns\": 0, "
      + "\"default_ns\": 2, \"samples\": 9}\n"
    try handle.write(contentsOf: Data(entry.utf8))
    #expect(try kernel("--profile", path) == other[0])
    let text = run("--profile", path, "--threads", "1")
    #expect(text.output.contains("\ntuning profile \(path): 1 decision for "))
    #expect(!run("--no-profile").output.contains("tuning profile"))
    #expect(run("--profile", path, "--no-profile").code == .usage)
    #expect(run("--profile", folder.file("none")).code == .noInput)
    try Data("no\n".utf8).write(to: URL(fileURLWithPath: path))
    let bad = run("--profile", path)
    #expect(bad.code == .data && bad.errors.contains("line 1"), "\(bad.errors)")
  }

  /// The problems of the plan are the problems of the graph.
  @Test(arguments: ["t8", "sa12"]) func shapesAreThoseOfTheGraph(model: String) throws {
    let folder = try ScratchFolder()
    let (own, other) = (folder.file("own.txt"), folder.file("other.txt"))
    #expect(run("--model", model, "--emit-shapes", own).code == .success)
    #expect(run("--model", model, "--emit-shapes", other, command: "graph").code == .success)
    let files = try [own, other].map { file in
      try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
    }
    #expect(files[0].dropFirst() == files[1].dropFirst() && files[0].count > 10)
    #expect(files[0][0].contains("`fastvit profile --model \(model) --size 32x48 --emit-shapes"))
  }

  /// One slice of the timeline.
  private struct Slice {
    let name: String
    let category: String
    let row: Int
    let start: Double
    let end: Double
    let arguments: [String: Any]

    /// Whether `other` lies within this slice. Decimal fractions in the file lose half a nanosecond.
    func contains(_ other: Slice) -> Bool {
      row == other.row && start <= other.start + 5e-4 && other.end <= end + 5e-4
    }
  }

  private func slices(_ events: [[String: Any]]) throws -> [Slice] {
    try events.filter { $0["ph"] as? String == "X" }.map { event in
      let start = try number(event, "ts")
      return Slice(
        name: try #require(event["name"] as? String),
        category: try #require(event["cat"] as? String),
        row: try #require(event["tid"] as? Int),
        start: start, end: start + (try number(event, "dur")),
        arguments: try #require(event["args"] as? [String: Any]))
    }
  }

  @Test(arguments: ["latency", "throughput"])
  func timelineNestsLayersInSteps(mode: String) throws {
    let folder = try ScratchFolder()
    let file = folder.file("trace.json")
    #expect(run("--threads", "2", "--mode", mode, "--trace", file).code == .success)
    let timeline = try object(String(contentsOfFile: file, encoding: .utf8))
    let events = try #require(timeline["traceEvents"] as? [[String: Any]])
    let names = events.filter { $0["ph"] as? String == "M" }
    #expect(names.map { $0["name"] as? String } == ["process_name", "thread_name", "thread_name"])
    #expect(names.compactMap { $0["tid"] as? Int } == [1, 2])
    #expect(Set(events.map { $0["pid"] as? Int }) == [1])

    let slices = try slices(events)
    let steps = slices.filter { $0.category == "step" }
    let layers = slices.filter { $0.category == "layer" }
    #expect(steps.count + layers.count == slices.count && layers.count >= steps.count)
    #expect(Set(steps.map { $0.arguments["run"] as? Int }) == [0, 1, 2])
    for row in [1, 2] {
      let own = steps.filter { $0.row == row }
      for (one, next) in zip(own, own.dropFirst()) { #expect(one.end <= next.start + 5e-4) }
    }
    var nested = 0
    for step in steps {
      let inside = layers.filter(step.contains)
      let names = inside.map(\.name).reduce(into: [String]()) { names, name in
        if !names.contains(name) { names.append(name) }
      }
      #expect(step.name == names.joined(separator: " + "))
      nested += inside.count
    }
    #expect(nested == layers.count)
    for layer in layers {
      #expect(layer.arguments["kernel"] is String && layer.arguments["task"] is Int)
      #expect(layer.arguments["layer_multiply_adds"] is Int)
    }
    // One worker alone fuses the layers of the stem; several workers split its channels instead.
    #expect(steps.contains { $0.name.hasPrefix("stem.0 + stem.1") } == (mode == "throughput"))
  }

  /// Counts elements by name, and compares end tags with start tags, which `parse` on Linux does not.
  private final class ElementCounter: NSObject, XMLParserDelegate {
    var counts: [String: Int] = [:]
    var open: [String] = []
    var errors: [any Error] = []

    func parser(
      _: XMLParser, didEndElement name: String, namespaceURI _: String?, qualifiedName _: String?
    ) {
      #expect(open.popLast() == name)
    }

    func parser(_: XMLParser, parseErrorOccurred error: any Error) {
      errors.append(error)
    }

    func parser(
      _: XMLParser, didStartElement name: String, namespaceURI _: String?,
      qualifiedName _: String?, attributes _: [String: String]
    ) {
      counts[name, default: 0] += 1
      open.append(name)
    }
  }

  @Test func chartHasOneDotPerLayer() throws {
    let folder = try ScratchFolder()
    let file = folder.file("roofline.svg")
    let run = run("--svg", file, "--json", "-")
    #expect(run.code == .success, "\(run.errors)")
    let steps = try #require(try object(run.output)["steps"] as? [[String: Any]])
    let layers = steps.flatMap { $0["layers"] as? [[String: Any]] ?? [] }
    let shown = layers.filter { $0["multiply_adds"] as? Int != 0 }
    #expect(shown.count == layers.count - 3)
    let parser = XMLParser(data: try Data(contentsOf: URL(fileURLWithPath: file)))
    let counter = ElementCounter()
    parser.delegate = counter
    #expect(parser.parse() && counter.errors.isEmpty && counter.open.isEmpty)
    #expect(counter.counts["svg"] == 1 && counter.counts["script"] == nil)
    #expect(counter.counts["title"] == shown.count)
    let text = try String(contentsOfFile: file, encoding: .utf8)
    #expect(!text.contains("nan") && !text.contains("inf"))
    for word in ["multiply-add peak", "GB/s", "pointwise", "depthwise 7×7", "3 layers"] {
      #expect(text.contains(word), "\(word)")
    }
  }

  @Test func filesAppearAllOrNotAtAll() throws {
    let folder = try ScratchFolder()
    let names = ["trace.json", "roofline.svg", "shapes.txt", "profile.json"]
    let files = names.map(folder.file)
    let same = run("--trace", files[0], "--svg", files[1], "--json", files[0])
    #expect(same.code == .cannotCreate && same.output.isEmpty)
    // The error appears before anything is read or measured.
    let early = run(
      "--trace", folder.file("./x"), "--svg", folder.file("x"), "--weights", folder.file("none"))
    #expect(early.code == .cannotCreate && early.errors.contains("two results"))
    for bad in [folder.path, folder.file("no/such")] {
      #expect(run("--trace", files[0], "--svg", bad).code == .cannotCreate)
      #expect(run("--svg", files[1], "--json", bad).code == .cannotCreate)
    }
    #expect(run("--weights", folder.file("none"), "--trace", files[0]).code == .noInput)
    #expect(try folder.names.isEmpty)
    let good = run(
      "--trace", files[0], "--svg", files[1], "--emit-shapes", files[2], "--json", files[3])
    #expect(good.code == .success && good.output.contains("step, layer"))
    #expect(try folder.names.sorted() == names.sorted())
  }

  @Test(arguments: [
    (["--mode", "fast"], "throughput"), (["--threads", "0"], "1 to 1024"),
    (["--seconds", "-1"], "0"), (["--isa", "sse"], "portable"), (["x"], "x"),
    (["--size", "16384x16384", "--threads", "2", "--mode", "throughput"], "at most 268435456"),
  ]) func usageErrors(arguments: [String], hint: String) {
    var output = ""
    var errors = ""
    let code = Main.table.run(["profile"] + arguments, output: &output, errors: &errors)
    #expect(code == .usage && output.isEmpty)
    #expect(errors.contains(hint), "\(errors)")
  }
}
