import FastViTFiles
import FastViTNetwork
import FastViTOperations
import FastViTScheduler
import FastViTTestSupport
import Foundation
import Testing

@testable import FastViTExecution

/// timm's float64 results for synthetic weights and images, made by `Tests/Reference`.
struct Golden: Sendable, CustomStringConvertible {
  let name: String
  let architecture: Architecture
  let seed: UInt64
  let batch: Int
  let height: Int
  let width: Int
  let classCount: Int
  private let checkpoint: Checkpoint

  var description: String { name }

  static let all: [Golden] = {
    let folder = RepositoryFiles.path("Tests/Reference/Goldens")
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return files.filter { $0.hasSuffix(".safetensors") }.sorted().compactMap {
      Golden(file: folder + "/" + $0, name: $0)
    }
  }()

  private init?(file: String, name: String) {
    guard let checkpoint = try? Checkpoint(contentsOf: file) else { return nil }
    func number(_ key: String) -> Int? { checkpoint.metadata[key].flatMap { Int($0) } }
    guard let architecture = checkpoint.metadata["variant"].flatMap({ Architecture.named($0) }),
      let seed = number("seed"), let batch = number("batch"), let height = number("height"),
      let width = number("width"), let classCount = number("classes")
    else { return nil }
    self.name = name
    self.architecture = architecture
    self.seed = UInt64(seed)
    self.batch = batch
    self.height = height
    self.width = width
    self.classCount = classCount
    self.checkpoint = checkpoint
  }

  func values(_ name: String) throws -> [Double] {
    try #require(checkpoint[name]).values(as: Double.self)
  }

  private var parameters: NetworkParameters {
    NetworkParameters(architecture, form: SyntheticWeights.form, classCount: classCount)
  }

  /// The golden's synthetic weights, folded.
  func weights() -> FoldedWeights<Float> {
    FoldedWeights(parameters, from: SyntheticWeights(seed: seed))
  }

  /// The graph of the golden's synthetic weights.
  func graph<Scalar>() throws -> Graph<Scalar> {
    try Graph(parameters, from: SyntheticWeights(seed: seed))
  }

  /// The images, planar, one array per image.
  var images: [[Float]] {
    let all = SyntheticWeights(seed: seed).image(batch: batch, height: height, width: width)
    let size = all.count / batch
    return (0..<batch).map { Array(all[$0 * size..<($0 + 1) * size]) }
  }
}

@Suite(.serialized) struct GoldenTests {
  @Test func allGoldensAreThere() {
    #expect(Golden.all.count == 12)
    #expect(Set(Golden.all.map(\.architecture)) == Set(Architecture.all))
  }

  /// In `Double` the interpreter agrees with timm's float64 network up to rounding.
  @Test(arguments: Golden.all) func doubleAgreesWithTimm(golden: Golden) throws {
    let interpreter = Interpreter<Double>(try golden.graph(), team: Team())
    var logits: [Double] = []
    var embedding: [Double] = []
    var stages = [[Double]](repeating: [], count: 4)
    for image in golden.images {
      let wide = image.map { Double($0) }
      let results = interpreter.run(
        wide.span, height: golden.height, width: golden.width, keepingStages: true)
      logits += results.logits
      embedding += results.embedding
      for (index, stage) in results.stages.enumerated() { stages[index] += stage.values }
    }
    #expect(relativeError(logits, try golden.values("logits")) < 1e-9)
    #expect(relativeError(embedding, try golden.values("embedding")) < 1e-9)
    for (index, values) in stages.enumerated() {
      let name = "stage\(index + 1)"
      let places = try golden.values(name + ".indices").map { Int($0) }
      let shape = try golden.values(name + ".shape").map { Int($0) }
      #expect(values.count == shape.reduce(1, *))
      #expect(
        relativeError(places.map { values[$0] }, try golden.values(name + ".values")) < 1e-9)
    }
  }

  /// In `Float` the interpreter is as close as single precision allows. The error of timm's own float32
  /// network lies between 4e-7 and 3e-6.
  @Test(arguments: Golden.all)
  func floatAgreesWithTimm(golden: Golden) throws {
    let interpreter = Interpreter<Float>(try golden.graph(), team: Team())
    var logits: [Double] = []
    for image in golden.images {
      let results = interpreter.run(image.span, height: golden.height, width: golden.width)
      logits += results.logits.map { Double($0) }
      #expect(results.stages.isEmpty)
    }
    #expect(relativeError(logits, try golden.values("logits")) < 1e-5)
  }
}

@Suite struct InterpreterTests {
  private func logits(threads: Int) throws -> [Float] {
    let golden = try #require(Golden.all.first { $0.name.hasPrefix("t8-32x32") })
    let interpreter = Interpreter<Float>(try golden.graph(), team: Team(workerCount: threads))
    let image = golden.images[0]
    return interpreter.run(image.span, height: 32, width: 32).logits
  }

  @Test(arguments: [2, 3, 7]) func threadsChangeNoBit(threads: Int) throws {
    #expect(try logits(threads: threads) == logits(threads: 1))
  }
}
