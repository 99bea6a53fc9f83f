import Foundation
import Testing

@testable import FastViTMeasurement

@Suite struct StopwatchTests {
  private struct Failure: Error {}

  @Test func bodyIsCalledOnce() {
    var calls = 0
    let elapsed = timing { calls += 1 }
    #expect(calls == 1)
    #expect(elapsed.realNanoseconds >= 0 && elapsed.coreNanoseconds >= 0)
  }

  /// Sleep counts as real time, and the work of two threads counts as core time of both. Other
  /// processes do not change that.
  @Test func bothClocksCountNanoseconds() {
    let asleep = timing { usleep(20_000) }
    #expect(asleep.realNanoseconds >= 20e6 && asleep.coreNanoseconds != asleep.realNanoseconds)
    let elapsed = timing {
      DispatchQueue.concurrentPerform(iterations: 2) { _ in
        let end = threadNanoseconds() + 20_000_000
        while threadNanoseconds() < end {}
      }
    }
    #expect(elapsed.coreNanoseconds >= 40e6)
  }

  /// The time of this thread on a core, in nanoseconds.
  private func threadNanoseconds() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }

  @Test func failuresPass() {
    #expect(throws: Failure.self) { _ = try timing { () throws(Failure) in throw Failure() } }
  }

  @Test func partsAreEqual() {
    let elapsed = Elapsed(realNanoseconds: 12, coreNanoseconds: 6).divided(by: 3)
    #expect(elapsed == Elapsed(realNanoseconds: 4, coreNanoseconds: 2))
  }
}
