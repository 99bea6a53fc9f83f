import TestSupport
import Testing

@testable import FastViT

@Suite struct TracedSessionTests {
  private let model = Model(synthetic: .t8, seed: 2, classCount: 10)

  private func traced(
    _ schedule: Session.Schedule, threads: Int
  ) throws -> (session: TracedSession, run: RunTrace) {
    let session = try TracedSession(
      Session(model, threads: threads, schedule: schedule), height: 64, width: 32)
    var random = SeededGenerator(3)
    let pictures = random.floats(session.picturesPerRun * 3 * 64 * 32, in: -2...2)
    session.run(pictures.span)
    _ = session.traced(pictures.span)
    return (session, session.traced(pictures.span))
  }

  /// Every tile of every step is there once a picture, within the run; its layers are the step's, in
  /// order, one after the other, within the tile.
  @Test(arguments: Session.Schedule.allCases, [1, 3])
  func tracesHoldTheWholeRun(schedule: Session.Schedule, threads: Int) throws {
    let (session, run) = try traced(schedule, threads: threads)
    let pictures = schedule == .throughput ? threads : 1
    #expect(session.picturesPerRun == pictures)
    var found: [[Int]: Int] = [:]
    for tile in run.tiles {
      found[[tile.step, tile.index], default: 0] += 1
      #expect((0..<threads).contains(tile.worker))
      #expect(run.start <= tile.start && tile.start <= tile.end && tile.end <= run.end)
      let layers = session.steps[tile.step].layers
      #expect(Set(tile.parts.map(\.layer)) == Set(layers))
      var time = tile.start
      for part in tile.parts {
        #expect(time <= part.start && part.start <= part.end)
        time = part.end
      }
      #expect(time <= tile.end)
    }
    var expected: [[Int]: Int] = [:]
    for (index, step) in session.steps.enumerated() {
      for tile in 0..<step.tileCount { expected[[index, tile]] = pictures }
    }
    #expect(found == expected)
  }

  @Test func aWorkersTilesFollowEachOther() throws {
    let (_, run) = try traced(.latency, threads: 2)
    for worker in 0..<2 {
      let tiles = run.tiles.filter { $0.worker == worker }
      for (one, next) in zip(tiles, tiles.dropFirst()) { #expect(one.end <= next.start) }
    }
  }

  @Test func stepsHoldAllLayers() throws {
    let session = try traced(.auto, threads: 2).session
    #expect(session.steps.flatMap { Array($0.layers) } == Array(session.layers.indices))
    #expect(session.layers.first?.name == "stem.0" && session.layers.last?.name == "head.fc")
    #expect(session.layers.allSatisfy { !$0.kernels.isEmpty && $0.bytes > 0 })
    #expect(session.problems == model.problems(height: 64, width: 32).map(\.description))
  }

  /// A worker with a picture of its own cuts it as it would alone.
  @Test func stepsAreThoseOfTheWorkersOfAPicture() throws {
    func tiles(_ schedule: Session.Schedule, threads: Int) throws -> [Int] {
      let session = Session(model, threads: threads, schedule: schedule)
      return try TracedSession(session, height: 256, width: 256).steps.map(\.tileCount)
    }
    let alone = try tiles(.latency, threads: 1)
    #expect(try tiles(.throughput, threads: 3) == alone)
    #expect(try tiles(.latency, threads: 3) != alone)
  }

  /// Work is that of all pictures of a run.
  @Test func workIsOfAllPictures() throws {
    let one = try traced(.auto, threads: 3).session.layers
    let three = try traced(.throughput, threads: 3).session.layers
    #expect(three.map(\.multiplyAdds) == one.map { 3 * $0.multiplyAdds })
    #expect(three.map(\.bytes) == one.map { 3 * $0.bytes })
    #expect(one.last?.multiplyAdds == 768 * 10)
  }

  @Test func refusesSmallPictures() {
    #expect(throws: FastViTError.self) {
      try TracedSession(Session(model), height: 31, width: 64)
    }
  }
}
