import Dispatch
import FastViTTestSupport
import Foundation
import Synchronization
import Testing

@testable import FastViT

/// Many sessions of one model at the same time, on more threads than cores.
@Suite(.serialized, .timeLimit(.minutes(5))) struct SessionStressTests {
  /// Sixteen sessions on sixteen threads run images of random sizes, and some runs are cancelled.
  /// Every result equals that of a session alone. The test takes three seconds, or as many as the
  /// environment variable FASTVIT_STRESS_SECONDS says. With that variable memory must not grow
  /// either, which is meaningful only if no other test runs in the process:
  ///
  ///     FASTVIT_STRESS_SECONDS=60 swift test --filter SessionStressTests
  @Test func sixteenSessionsOnOneModel() throws {
    let asked = ProcessInfo.processInfo.environment["FASTVIT_STRESS_SECONDS"]
      .flatMap(Double.init)
    let model = Model(synthetic: .t8, classCount: 10)
    let jobs = try (0..<4).map { try Job(height: 32 + 17 * $0, width: 80 - 11 * $0, model) }

    try run(jobs, on: model, seconds: 1)
    let before = try #require(Self.residentBytes)
    try run(jobs, on: model, seconds: asked ?? 3)
    let after = try #require(Self.residentBytes)
    // A leak would be 2 MB per run of the largest size; stacks and arenas of threads vary too.
    #expect(asked == nil || after < before + 64 << 20, "from \(before) to \(after) bytes")
  }

  private func run(_ jobs: [Job], on model: Model, seconds: Double) throws {
    let end = ContinuousClock.now + .seconds(seconds)
    let outcome = Mutex(Outcome())
    let sessions = (0..<16).map { Session(model, threads: 1 + $0 % 3) }
    DispatchQueue.concurrentPerform(iterations: 16) { worker in
      var random = SeededGenerator(UInt64(worker))
      var mine = Outcome()
      while ContinuousClock.now < end {
        let job = jobs[Int.random(in: 0..<jobs.count, using: &random)]
        // Any of the sessions, so that two threads sometimes use the same one.
        let session = sessions[Int.random(in: 0..<16, using: &random)]
        let looks = Bool.random(using: &random) ? Int.random(in: 0..<40, using: &random) : nil
        mine.add(job.run(on: session, givingUpAfter: looks))
      }
      outcome.withLock { $0.add(mine) }
    }
    let total = outcome.withLock { $0 }
    #expect(total.wrong == 0)
    #expect(total.right > 0 && total.givenUp > 0)
  }

  private static var residentBytes: Int? {
    let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status?.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) }
      .map { $0 << 10 }
  }
}

private struct Outcome {
  var right = 0
  var wrong = 0
  var givenUp = 0

  mutating func add(_ other: Outcome) {
    right += other.right
    wrong += other.wrong
    givenUp += other.givenUp
  }
}

/// An image and the bits of its logits.
private struct Job {
  private let image: [Float]
  private let batch: ImageBatch
  private let expected: [UInt32]

  init(height: Int, width: Int, _ model: Model) throws {
    var random = SeededGenerator(UInt64(height))
    let image = random.floats(3 * height * width, in: -2...2)
    self.image = image
    batch = try ImageBatch(
      count: 1, height: height, width: width, elements: image.count, for: model.variant)
    let alone = try Session(model, threads: 1).run(
      image.span, count: 1, height: height, width: width)
    expected = alone.logits.map(\.bitPattern)
  }

  /// Runs the image, and cancels the run after the executor has checked for cancellation `looks`
  /// times.
  func run(on session: Session, givingUpAfter looks: Int?) -> Outcome {
    let left = Atomic(looks ?? .max)
    do throws(CancellationError) {
      let inference = try session.inference(
        image.span, batch, layout: .planar, keepingFeatureMaps: false
      ) {
        () throws(CancellationError) in
        if left.wrappingSubtract(1, ordering: .relaxed).newValue < 0 { throw CancellationError() }
      }
      let isRight = inference.logits.map(\.bitPattern) == expected
      return Outcome(right: isRight ? 1 : 0, wrong: isRight ? 0 : 1)
    } catch {
      return Outcome(givenUp: 1)
    }
  }
}
