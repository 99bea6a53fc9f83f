import TestSupport
import Testing

@testable import FastViT

@Suite struct SessionTests {
  private let model = Model(synthetic: .t8, classCount: 10)

  private func pictures(_ count: Int, height: Int, width: Int) -> [Float] {
    var random = SeededGenerator(5)
    return random.floats(count * 3 * height * width, in: -2...2)
  }

  @Test func shapesOfResults() throws {
    let pictures = pictures(2, height: 45, width: 70)
    let inference = try Session(model).run(
      pictures.span, count: 2, height: 45, width: 70, keepingFeatureMaps: true)
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

  /// They may still be awake, if there are as many as are asked for.
  @Test func thoseWhoPackedTheWeightsRunThem() {
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

  @Test func aPictureAloneIsTheSameBits() throws {
    let batch = pictures(3, height: 40, width: 33)
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
    let batch = pictures(3, height: 40, width: 33)
    let session = Session(model)
    let expected = try session.run(batch.span, count: 3, height: 40, width: 33).logits
    var logits = [Float](repeating: .nan, count: 30)
    var span = logits.mutableSpan
    try session.run(batch.span, count: 3, height: 40, width: 33, into: &span)
    #expect(logits == expected)
  }

  @Test(arguments: [0, 10, 29, 31, 60]) func refusesOtherRoomForLogits(count: Int) throws {
    let batch = pictures(3, height: 32, width: 32)
    var logits = [Float](repeating: -7, count: count)
    #expect(throws: FastViTError.self) {
      var span = logits.mutableSpan
      try Session(model).run(batch.span, count: 3, height: 32, width: 32, into: &span)
    }
    #expect(logits.allSatisfy { $0 == -7 })
  }

  @Test(arguments: Session.Schedule.allCases)
  func schedulesChangeNoBit(schedule: Session.Schedule) throws {
    let batch = pictures(3, height: 32, width: 32)
    let session = Session(model, threads: 2, schedule: schedule)
    #expect(session.schedule == schedule)
    let expected = try Session(model, threads: 1).run(batch.span, count: 3, height: 32, width: 32)
    let found = try session.run(batch.span, count: 3, height: 32, width: 32)
    #expect(found.logits == expected.logits)
  }

  @Test(arguments: [(1, 31, 64), (1, 64, 31), (0, 32, 32), (2, 32, 32), (-1, 32, 32)])
  func refusesOtherSizes(count: Int, height: Int, width: Int) {
    let picture = pictures(1, height: 64, width: 64)
    #expect(throws: FastViTError.self) {
      try Session(model).run(picture.span, count: count, height: height, width: width)
    }
  }

  @Test(arguments: [0, -1]) func saysThatThereIsNoPicture(count: Int) {
    let error = #expect(throws: FastViTError.self) {
      try Session(model).run([Float]().span, count: count, height: 32, width: 32)
    }
    #expect(error?.code == .badData)
    #expect(error?.description == "input: found \(count) pictures, expected at least one")
  }

  /// Sizes whose products wrap around to the number of values.
  @Test(arguments: [
    (1 << 54, 32, 32, 0), (1, 1 << 32, 1 << 32, 0), (1, 38, 161_813_544_506_224_137, 2),
  ]) func refusesSizesThatWrapAround(count: Int, height: Int, width: Int, elements: Int) {
    let error = #expect(throws: FastViTError.self) {
      try PictureBatch(count: count, height: height, width: width, elements: elements)
    }
    #expect(error?.code == .badData)
  }

  @Test func refusesSizesThatOverflow() {
    let picture = [Float](repeating: 0, count: 12)
    #expect(throws: FastViTError.self) {
      try Session(model).run(picture.span, count: 4, height: 1 << 40, width: 1 << 40)
    }
  }

  @Test func topClassesAreRanked() throws {
    let picture = pictures(1, height: 32, width: 32)
    let inference = try Session(model).run(picture.span, count: 1, height: 32, width: 32)
    let top = inference.topClasses(4, ofPicture: 0)
    #expect(top.map(\.logit) == Array(inference.logits.sorted(by: >).prefix(4)))
    let all = inference.topClasses(100, ofPicture: 0)
    #expect(all.count == 10)
    #expect((all.reduce(0) { $0 + $1.probability } - 1).magnitude < 1e-12)
  }

  @Test func scoresThatAreNoNumbersAreRankedInTheOrderOfTheClasses() throws {
    let picture = [Float](repeating: .nan, count: 3 * 32 * 32)
    let inference = try Session(model).run(picture.span, count: 1, height: 32, width: 32)
    let top = inference.topClasses(4, ofPicture: 0)
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
