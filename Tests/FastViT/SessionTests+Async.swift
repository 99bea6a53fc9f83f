import Dispatch
import FastViTScheduler
import FastViTTestSupport
import Foundation
import Synchronization
import Testing

@testable import FastViT

/// Asynchronous runs and their cancellation.
@Suite(.timeLimit(.minutes(5))) struct AsynchronousSessionTests {
  private let model = Model(synthetic: .t8, classCount: 10)

  private func images(_ count: Int) -> [Float] {
    var random = SeededGenerator(6)
    return random.floats(count * 3 * 32 * 32, in: -2...2)
  }

  @Test func theSameBitsForTasks() async throws {
    let batch = images(3)
    let session = Session(model, threads: 2)
    let expected = try Session(model, threads: 1).run(batch.span, count: 3, height: 32, width: 32)
    async let first = session.run(batch, count: 3, height: 32, width: 32, keepingFeatureMaps: true)
    async let second = session.run(batch, count: 3, height: 32, width: 32)
    let found = try await [first, second]
    #expect(found.map(\.logits) == [expected.logits, expected.logits])
    #expect(found.map(\.featureMaps.count) == [4, 0])
  }

  @Test func refusesOtherSizes() async {
    let batch = images(2)
    await #expect(throws: FastViTError.self) {
      try await Session(model).run(batch, count: 3, height: 32, width: 32)
    }
  }

  @Test func cancelledTasksThrow() async throws {
    let batch = images(1)
    let session = Session(model, threads: 1)
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await session.run(batch, count: 1, height: 32, width: 32)
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    // The session still works.
    let next = try await session.run(batch, count: 1, height: 32, width: 32)
    #expect(next.logits.count == 10)
  }

  @Test func cancellationIsNoticedBetweenSteps() throws {
    let batch = images(2)
    let shape = try ImageBatch(
      count: 2, height: 32, width: 32, elements: batch.count, for: model.variant)
    let looks = Atomic(0)
    #expect(throws: CancellationError.self) {
      _ = try Session(model, threads: 1).inference(
        batch.span, shape, layout: .planar, keepingFeatureMaps: false
      ) {
        () throws(CancellationError) in
        let look = looks.wrappingAdd(1, ordering: .relaxed).newValue
        if look >= 3 { throw CancellationError() }
      }
    }
    #expect(looks.load(ordering: .relaxed) == 3)
  }

  /// Starts more work than the pool has threads; none of it ends before another task signals.
  @Test func noThreadOfThePoolWaits() async throws {
    let count = ProcessInfo.processInfo.activeProcessorCount + 1
    let gate = DispatchSemaphore(value: 0)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<count {
        let queue = DispatchQueue(label: "test \(index)")
        group.addTask { try await queue.run { _ in gate.wait() } }
      }
      group.addTask { for _ in 0..<count { gate.signal() } }
      try await group.waitForAll()
    }
  }

  @Test func workSeesThatItsTaskWasCancelled() async {
    let begun = DispatchSemaphore(value: 0)
    let task = Task {
      try await DispatchQueue(label: "test").run { cancellation in
        begun.signal()
        while true { try cancellation.check() }
      }
    }
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        begun.wait()
        task.cancel()
        continuation.resume()
      }
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  /// A task that is cancelled while earlier work of the queue runs does not wait for that work.
  @Test(arguments: [false, true])
  func aWaitingTaskIsCancelledAtOnce(isCancelledFirst: Bool) async throws {
    let queue = DispatchQueue(label: "test")
    let gate = DispatchSemaphore(value: 0)
    let isOver = Atomic(false)
    queue.async {
      _ = gate.wait(timeout: .now() + 300)
      isOver.store(true, ordering: .relaxed)
    }
    let task = Task {
      if isCancelledFirst { withUnsafeCurrentTask { $0?.cancel() } }
      try await queue.run { _ in _ = Issue.record("a cancelled task's work was begun") }
    }
    // Long enough that the task is most likely suspended.
    try await Task.sleep(for: .milliseconds(20))
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    let hasWaited = isOver.load(ordering: .relaxed)
    #expect(!hasWaited)
    gate.signal()
    await withCheckedContinuation { continuation in queue.async { continuation.resume() } }
  }
}
