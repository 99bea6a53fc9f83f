import Testing

@testable import Measurement

@Suite struct StopwatchTests {
  private struct Failure: Error {}

  @Test func bodyIsCalledOnce() {
    var calls = 0
    let elapsed = timing { calls += 1 }
    #expect(calls == 1)
    #expect(elapsed.realNanoseconds >= 0 && elapsed.coreNanoseconds >= 0)
  }

  @Test func failuresPass() {
    #expect(throws: Failure.self) { _ = try timing { () throws(Failure) in throw Failure() } }
  }

  @Test func partsAreEqual() {
    let elapsed = Elapsed(realNanoseconds: 12, coreNanoseconds: 6).divided(by: 3)
    #expect(elapsed == Elapsed(realNanoseconds: 4, coreNanoseconds: 2))
  }
}
