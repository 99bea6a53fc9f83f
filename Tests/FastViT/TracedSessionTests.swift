import FastViTTestSupport
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
    let images = random.floats(session.imagesPerRun * 3 * 64 * 32, in: -2...2)
    session.run(images.span)
    _ = session.traced(images.span)
    return (session, session.traced(images.span))
  }

  /// A trace holds every task of every step once per image, within the time of the run. The parts
  /// of a task are those of the step's layers, do not overlap and lie within the task.
  @Test(arguments: Session.Schedule.allCases, [1, 3])
  func tracesHoldTheWholeRun(schedule: Session.Schedule, threads: Int) throws {
    let (session, run) = try traced(schedule, threads: threads)
    let images = schedule == .throughput ? threads : 1
    #expect(session.imagesPerRun == images)
    var found: [[Int]: Int] = [:]
    for task in run.tasks {
      found[[task.step, task.index], default: 0] += 1
      #expect((0..<threads).contains(task.worker))
      #expect(run.start <= task.start && task.start <= task.end && task.end <= run.end)
      let layers = session.steps[task.step].layers
      #expect(Set(task.parts.map(\.layer)) == Set(layers))
      var time = task.start
      for part in task.parts {
        #expect(time <= part.start && part.start <= part.end)
        time = part.end
      }
      #expect(time <= task.end)
    }
    var expected: [[Int]: Int] = [:]
    for (index, step) in session.steps.enumerated() {
      for task in 0..<step.taskCount { expected[[index, task]] = images }
    }
    #expect(found == expected)
  }

  @Test func tasksOfAWorkerFollowEachOther() throws {
    let (_, run) = try traced(.latency, threads: 2)
    for worker in 0..<2 {
      let tasks = run.tasks.filter { $0.worker == worker }
      for (one, next) in zip(tasks, tasks.dropFirst()) { #expect(one.end <= next.start) }
    }
  }

  @Test func stepsHoldAllLayers() throws {
    let session = try traced(.auto, threads: 2).session
    #expect(session.steps.flatMap { Array($0.layers) } == Array(session.layers.indices))
    #expect(session.layers.first?.name == "stem.0" && session.layers.last?.name == "head.fc")
    #expect(session.layers.allSatisfy { !$0.kernels.isEmpty && $0.bytes > 0 })
    #expect(session.problems == model.problems(height: 64, width: 32).map(\.description))
  }

  /// A worker that has its own image splits it as a worker alone does.
  @Test func stepsAreThoseOfTheWorkersOfAnImage() throws {
    func taskCounts(_ schedule: Session.Schedule, threads: Int) throws -> [Int] {
      let session = Session(model, threads: threads, schedule: schedule)
      return try TracedSession(session, height: 256, width: 256).steps.map(\.taskCount)
    }
    let alone = try taskCounts(.latency, threads: 1)
    #expect(try taskCounts(.throughput, threads: 3) == alone)
    #expect(try taskCounts(.latency, threads: 3) != alone)
  }

  /// The work of a layer is that of all images of a run.
  @Test func workIsOfAllImages() throws {
    let one = try traced(.auto, threads: 3).session.layers
    let three = try traced(.throughput, threads: 3).session.layers
    #expect(three.map(\.multiplyAdds) == one.map { 3 * $0.multiplyAdds })
    #expect(three.map(\.bytes) == one.map { 3 * $0.bytes })
    #expect(one.last?.multiplyAdds == 768 * 10)
  }

  @Test func refusesSmallImages() {
    #expect(throws: FastViTError.self) {
      try TracedSession(Session(model), height: 31, width: 64)
    }
  }
}
