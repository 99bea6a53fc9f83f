import FastViTCatalogue
import FastViTNetwork
import FastViTOperations
import FastViTScheduler
import FastViTTestSupport
import Synchronization
import Testing

@testable import FastViTExecution

/// The results of the executor, compared bit by bit with the interpreter's.
@Suite(.serialized) struct ExecutorTests {
  private static let instructionSets = InstructionSet.available

  private func bits(_ results: Results<Float>) -> [[UInt32]] {
    ([results.logits, results.embedding] + results.stages.map(\.values))
      .map { $0.map(\.bitPattern) }
  }

  /// Whether `found` and `expected` have the same bits; where they differ, feature maps are too large to
  /// print.
  private func areSame(_ found: [Results<Float>], _ expected: [Results<Float>]) -> Bool {
    found.map(bits) == expected.map(bits)
  }

  @Test(arguments: Golden.all) func sameBitsAsTheInterpreter(golden: Golden) throws {
    let interpreter = Interpreter<Float>(try golden.graph(), team: Team())
    let expected = golden.images.map {
      interpreter.run(
        $0.span, height: golden.height, width: golden.width, keepingStages: true)
    }
    for instructionSet in Self.instructionSets {
      let executor = Executor(
        try Plan(golden.weights(), for: instructionSet), team: Team(workerCount: 3))
      let found = golden.images.flatMap {
        executor.run(
          $0.span, count: 1, height: golden.height, width: golden.width, keepingStages: true)
      }
      let same = areSame(found, expected)
      #expect(same, "\(instructionSet)")
    }
  }

  /// With all fusion rules, and with each one left out, on odd sizes and numbers of workers, which decide
  /// how feature maps are cut into tasks.
  @Test(arguments: [[]] + FusionRule.allCases.map { [$0] }, [1, 2, 3, 7])
  func neitherFusionNorThreadsChangeABit(left: [FusionRule], workers: Int) throws {
    let expected = try #require(Self.samples)
    let rules = FusionRule.allCases.filter { !left.contains($0) }
    for sample in expected {
      let executor = Executor(
        try Plan(sample.weights, for: InstructionSet.best, fusing: rules),
        team: Team(workerCount: workers))
      let found = executor.run(
        sample.image.span, count: 1, height: sample.height, width: sample.width,
        keepingStages: true)
      let same = areSame(found, [sample.expected])
      #expect(same, "\(sample.height)×\(sample.width)")
    }
  }

  /// What another run left in the memory does not matter.
  @Test func usedMemoryChangesNoBit() throws {
    for sample in try #require(Self.samples) {
      let team = Team(workerCount: 2)
      let plan = try Plan(sample.weights, for: InstructionSet.best)
      let size = 2 * sample.height * sample.width * 3
      let dirty = AlignedBuffer(byteCount: 40 * size * MemoryLayout<Float>.stride)
      dirty.values(as: Float.self).update(repeating: .nan)
      let pool = RunPool(plan, reusing: [dirty])
      for _ in 0..<2 {
        let results = CollectedResults(count: 1, keepingStages: true)
        try sample.image.withUnsafeBytes { pixels in
          let shape = FeatureShape(height: sample.height, width: sample.width, channels: 3)
          let images = ImagePlaces(try #require(pixels.baseAddress), shape, .nchw)
          let job = Batch.Job(
            images: images, count: 1, height: sample.height, width: sample.width,
            schedule: .latency, trace: nil, isOver: nil, destination: .results(results))
          team.run { crew in Batch(pool).run(job, on: crew) }
        }
        let same = areSame(results.all, [sample.expected])
        #expect(same, "\(sample.height)×\(sample.width)")
      }
      #expect(pool.memory.count == 1 && pool.memory[0] === dirty)
      #expect(pool.steps(workers: 2)?.last?.upperBound == plan.operations.count)
      #expect(pool.steps(workers: 1) == nil)
    }
  }

  /// Memory that is too small for a run is not reused.
  @Test func smallMemoryIsLeftAlone() throws {
    let plan = try Plan(try #require(Self.samples?.first).weights, for: InstructionSet.best)
    let key = PreparedRun.Key(height: 32, width: 32, workers: 2)
    let needed = PreparedRun(plan, key).arena.byteCount
    for count in [needed - 1, needed] {
      let memory = AlignedBuffer(byteCount: count)
      #expect((PreparedRun(plan, key, reusing: memory).arena === memory) == (count == needed))
    }
  }

  /// Prepared runs are kept for two sizes, and none is used by two callers at a time.
  @Test func runsOfTwoSizesAreKept() throws {
    let pool = RunPool(
      try Plan(try #require(Self.samples?.first).weights, for: InstructionSet.best))
    func run(_ height: Int, _ body: (PreparedRun) -> Void = { _ in }) -> ObjectIdentifier {
      pool.withRun(for: PreparedRun.Key(height: height, width: 32, workers: 1)) {
        body($0)
        return ObjectIdentifier($0)
      }
    }
    let first = [run(32), run(64)]
    #expect([run(32), run(64)] == first)
    var inner: ObjectIdentifier?
    let outer = run(64) { _ in inner = run(64) }
    #expect(outer == first[1] && inner != outer && pool.memory.count == 3)
    _ = run(96)
    #expect(pool.memory.count == 3, "both of 64 rows, and the new one")
    _ = run(128)
    #expect(pool.memory.count == 2)
  }

  /// No fusion at all, on every instruction set.
  @Test(arguments: instructionSets) func withoutFusionTheSameBits(on instructionSet: InstructionSet)
    throws
  {
    let sample = try #require(Self.samples?.last)
    let executor = Executor(
      try Plan(sample.weights, for: instructionSet, fusing: []), team: Team(workerCount: 2))
    let found = executor.run(
      sample.image.span, count: 1, height: sample.height, width: sample.width,
      keepingStages: true)
    let same = areSame(found, [sample.expected])
    #expect(same)
  }

  /// Five images on one to three workers: a worker computes some images alone, and all workers share others.
  @Test(arguments: [BatchSchedule.latency, .throughput, .auto], [1, 2, 3])
  func batchesChangeNoBit(schedule: BatchSchedule, workers: Int) throws {
    let weights = try #require(Self.samples?.first).weights
    let team = Team(workerCount: workers)
    let executor = Executor(try Plan(weights, for: InstructionSet.best), team: team)
    let images = (0..<5).map { Self.image(height: 64, width: 96, seed: UInt64($0)) }
    let expected = images.map {
      executor.run($0.span, count: 1, height: 64, width: 96, keepingStages: true)[0]
    }
    let batch = images.flatMap { $0 }
    let found = executor.run(
      batch.span, count: 5, height: 64, width: 96, schedule: schedule, keepingStages: true)
    let same = areSame(found, expected)
    #expect(same)

    var logits = [Float](repeating: .nan, count: 5 * weights.outline.classCount)
    var span = logits.mutableSpan
    executor.run(
      batch.span, count: 5, height: 64, width: 96, into: &span, schedule: schedule)
    #expect(logits == expected.flatMap(\.logits))
  }

  @Test(arguments: [BatchSchedule.latency, .throughput]) func aCancelledRunThrows(
    schedule: BatchSchedule
  ) throws {
    let sample = try #require(Self.samples?.first)
    let executor = Executor(
      try Plan(sample.weights, for: InstructionSet.best), team: Team(workerCount: 2))
    let cancellation = CancellationFlag()
    cancellation.cancel()
    #expect(throws: CancellationError.self) {
      try executor.run(
        sample.image.span, count: 1, height: sample.height, width: sample.width,
        schedule: schedule, check: cancellation.check)
    }
    let found = executor.run(
      sample.image.span, count: 1, height: sample.height, width: sample.width,
      keepingStages: true)
    let same = areSame(found, [sample.expected])
    #expect(same)
  }

  /// The check is not called after the last step, so that a complete run is not cancelled.
  @Test func askedBeforeStepsOnly() throws {
    let sample = try #require(Self.samples?.first)
    let plan = try Plan(sample.weights, for: InstructionSet.best)
    let batch = sample.image + sample.image
    let questions = [1, 2].map { workers in
      let count = Atomic(0)
      let results = Executor(plan, team: Team(workerCount: workers)).run(
        batch.span, count: 2, height: sample.height, width: sample.width, schedule: .throughput
      ) { () throws(Never) in count.add(1, ordering: .relaxed) }
      let stages = results.flatMap(\.stages)
      #expect(stages.isEmpty, "no caller asked for them")
      return count.load(ordering: .relaxed)
    }
    let steps = plan.stepListings(height: sample.height, width: sample.width, workers: 1).count
    #expect(questions == [2 * steps, 2 * steps])
  }

  /// A network of synthetic weights, an image, and the interpreter's results for it.
  private struct Sample {
    let weights: FoldedWeights<Float>
    let image: [Float]
    let height: Int
    let width: Int
    let expected: Results<Float>
  }

  /// T8 and SA12, which has attention, on image sizes that make odd feature maps, down to a single row.
  /// The results are computed once.
  private static let samples: [Sample]? = try? [
    ("t8", 100, 36), ("t8", 17, 161), ("sa12", 130, 97),
  ].map { name, height, width in
    let architecture = try #require(Architecture.all.first { $0.name == name })
    let parameters = NetworkParameters(
      architecture, form: SyntheticWeights.form, classCount: 1000)
    let source = SyntheticWeights(seed: 1)
    let graph = try Graph<Float>(parameters, from: source)
    let image = image(height: height, width: width, seed: 7)
    let expected = Interpreter(graph, team: Team()).run(
      image.span, height: height, width: width, keepingStages: true)
    return Sample(
      weights: FoldedWeights(parameters, from: source), image: image, height: height,
      width: width, expected: expected)
  }

  private static func image(height: Int, width: Int, seed: UInt64) -> [Float] {
    var random = SeededGenerator(seed)
    return (0..<3 * height * width).map { _ in Float.random(in: -2...2, using: &random) }
  }
}
