import FastViTTestSupport
import Testing

@testable import FastViT

@Suite struct SessionTests {
  private let model = Model(synthetic: .t8, classCount: 10)

  private func images(_ count: Int, height: Int, width: Int) -> [Float] {
    var random = SeededGenerator(5)
    return random.floats(count * 3 * height * width, in: -2...2)
  }

  @Test func shapesOfResults() throws {
    let images = images(2, height: 45, width: 70)
    let inference = try Session(model).run(
      images.span, count: 2, height: 45, width: 70, keepingFeatureMaps: true)
    #expect(inference.count == 2)
    #expect(inference.logits.count == 2 * 10)
    #expect(inference.embedding.count == 2 * 768)
    #expect(inference.featureMaps.map(\.channels) == [48, 96, 192, 384])
    #expect(inference.featureMaps.map(\.height) == [12, 6, 3, 2])
    #expect(inference.featureMaps.map(\.width) == [18, 9, 5, 3])
    for map in inference.featureMaps {
      #expect(map.values.count == 2 * map.channels * map.height * map.width)
    }
  }

  /// A session uses the team that packed the weights, whose workers may still be awake, if that
  /// team has the requested number of workers.
  @Test func theTeamThatPackedTheWeightsIsUsedAgain() {
    let packers = model.team(of: nil)
    #expect(model.team(of: packers.workerCount) === packers)
    let others = model.team(of: packers.workerCount + 1)
    #expect(others !== packers && others.workerCount == packers.workerCount + 1)
    #expect(Session(model).team === packers)
    #expect(Session(model, threads: others.workerCount).team !== packers)
  }

  @Test func theScheduleIsLeftToTheSession() {
    #expect(Session(model).schedule == .auto)
  }

  @Test func anImageAloneIsTheSameBits() throws {
    let batch = images(3, height: 40, width: 33)
    let session = Session(model, threads: 2)
    let together = try session.run(batch.span, count: 3, height: 40, width: 33)
    #expect(together.featureMaps.isEmpty)
    let size = batch.count / 3
    for index in 0..<3 {
      let one = Array(batch[index * size..<(index + 1) * size])
      let alone = try Session(model, threads: 1).run(one.span, count: 1, height: 40, width: 33)
      #expect(alone.logits == Array(together.logits[index * 10..<(index + 1) * 10]))
    }
  }

  @Test func logitsGoIntoTheCallersMemory() throws {
    let batch = images(3, height: 40, width: 33)
    let session = Session(model)
    let expected = try session.run(batch.span, count: 3, height: 40, width: 33).logits
    var logits = [Float](repeating: .nan, count: 30)
    var span = logits.mutableSpan
    try session.run(batch.span, count: 3, height: 40, width: 33, into: &span)
    #expect(logits == expected)
  }

  /// Images whose pixels' values lie together, in every way to run them.
  @Test(arguments: Session.Schedule.allCases)
  func interleavedPixelsAreTheSameBits(schedule: Session.Schedule) async throws {
    let (count, height, width) = (3, 40, 33)
    let planar = images(count, height: height, width: width)
    let pixels = height * width
    let interleaved = planar.indices.map { place in
      let (image, rest) = place.quotientAndRemainder(dividingBy: 3 * pixels)
      return planar[image * 3 * pixels + rest % 3 * pixels + rest / 3]
    }
    let session = Session(model, threads: 2, schedule: schedule)
    let expected = try session.run(
      planar.span, count: count, height: height, width: width, keepingFeatureMaps: true)
    let found = try session.run(
      interleaved.span, count: count, height: height, width: width, layout: .interleaved,
      keepingFeatureMaps: true)
    #expect(found.logits == expected.logits)
    #expect(found.featureMaps.map(\.values) == expected.featureMaps.map(\.values))
    let later = try await session.run(
      interleaved, count: count, height: height, width: width, layout: .interleaved)
    #expect(later.logits == expected.logits)
    var logits = [Float](repeating: .nan, count: expected.logits.count)
    var span = logits.mutableSpan
    try session.run(
      interleaved.span, count: count, height: height, width: width, layout: .interleaved,
      into: &span)
    #expect(logits == expected.logits)
  }

  @Test(arguments: [0, 10, 29, 31, 60]) func refusesOtherRoomForLogits(count: Int) throws {
    let batch = images(3, height: 32, width: 32)
    var logits = [Float](repeating: -7, count: count)
    #expect(throws: FastViTError.self) {
      var span = logits.mutableSpan
      try Session(model).run(batch.span, count: 3, height: 32, width: 32, into: &span)
    }
    #expect(logits.allSatisfy { $0 == -7 })
  }

  @Test(arguments: Session.Schedule.allCases)
  func schedulesChangeNoBit(schedule: Session.Schedule) throws {
    let batch = images(3, height: 32, width: 32)
    let session = Session(model, threads: 2, schedule: schedule)
    #expect(session.schedule == schedule)
    let expected = try Session(model, threads: 1).run(batch.span, count: 3, height: 32, width: 32)
    let found = try session.run(batch.span, count: 3, height: 32, width: 32)
    #expect(found.logits == expected.logits)
  }

  @Test(arguments: [(1, 31, 64), (1, 64, 31), (0, 32, 32), (2, 32, 32), (-1, 32, 32)])
  func refusesOtherSizes(count: Int, height: Int, width: Int) {
    let image = images(1, height: 64, width: 64)
    #expect(throws: FastViTError.self) {
      try Session(model).run(image.span, count: count, height: height, width: width)
    }
  }

  @Test(arguments: [0, -1]) func saysThatThereIsNoImage(count: Int) {
    let error = #expect(throws: FastViTError.self) {
      try Session(model).run([Float]().span, count: count, height: 32, width: 32)
    }
    #expect(error?.code == .badData)
    #expect(error?.description == "input: found \(count) images, expected at least one")
  }

  /// Sizes whose products overflow to the number of values.
  @Test(arguments: [
    (1 << 54, 32, 32, 0), (1, 1 << 32, 1 << 32, 0), (1, 38, 161_813_544_506_224_137, 2),
  ]) func refusesSizesThatWrapAround(count: Int, height: Int, width: Int, elements: Int) {
    let error = #expect(throws: FastViTError.self) {
      try ImageBatch(count: count, height: height, width: width, elements: elements, for: .t8)
    }
    #expect(error?.code == .badData)
  }

  @Test func refusesSizesThatOverflow() {
    let image = [Float](repeating: 0, count: 12)
    #expect(throws: FastViTError.self) {
      try Session(model).run(image.span, count: 4, height: 1 << 40, width: 1 << 40)
    }
  }

  @Test func topClassesAreRanked() throws {
    let image = images(1, height: 32, width: 32)
    let inference = try Session(model).run(image.span, count: 1, height: 32, width: 32)
    let top = inference.topClasses(4, ofImage: 0)
    #expect(top.map(\.logit) == Array(inference.logits.sorted(by: >).prefix(4)))
    let all = inference.topClasses(100, ofImage: 0)
    #expect(all.count == 10)
    #expect((all.reduce(0) { $0 + $1.probability } - 1).magnitude < 1e-12)
  }

  @Test func scoresThatAreNoNumbersAreRankedInTheOrderOfTheClasses() throws {
    let image = [Float](repeating: .nan, count: 3 * 32 * 32)
    let inference = try Session(model).run(image.span, count: 1, height: 32, width: 32)
    let top = inference.topClasses(4, ofImage: 0)
    #expect(top.map(\.index) == [0, 1, 2, 3])
    #expect(top.allSatisfy { $0.logit.isNaN && $0.probability.isNaN })
  }

  @Test func variantsByName() {
    #expect(Variant("t8") == .t8)
    #expect(Variant("fastvit_ma36") == .ma36)
    #expect(Variant("FastViT_SA12") == .sa12)
    #expect(Variant("t9") == nil)
    #expect(Variant.ma36.widths == [76, 152, 304, 608])
    #expect(Variant.allCases == [.t8, .t12, .s12, .sa12, .sa24, .sa36, .ma36])
  }
}
