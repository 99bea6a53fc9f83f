import Testing

@testable import FastViTScheduler

@Suite struct CancellationFlagTests {
  @Test func aFlagStaysSet() {
    let flag = CancellationFlag()
    #expect(!flag.isCancelled)
    #expect(throws: Never.self) { try flag.check() }
    flag.cancel()
    flag.cancel()
    #expect(flag.isCancelled)
    #expect(throws: CancellationError.self) { try flag.check() }
  }
}
