import Testing

@testable import Measurement

@Suite(.serialized) struct CopyBandwidthTests {
  @Test(arguments: [1, 3]) func bytesAreThoseOfAllWorkers(workers: Int) {
    let copy = CopyBandwidth(bytesOfWorker: 4096, workerCount: workers)
    #expect(copy.bytesPerIteration == workers * 4096)
  }

  /// No core of today reads or writes 256 bytes a cycle, at 10 GHz; that the copy is made at all shows
  /// as less than that.
  @Test func speedIsPlausible() {
    let copy = CopyBandwidth(bytesOfWorker: 16 << 10, workerCount: 1)
    copy.run(iterations: 10)
    let time = timing { copy.run(iterations: 2000) }.realNanoseconds
    let speed = Double(2000 * copy.bytesPerIteration) / time
    #expect(speed > 0.01 && speed < 256 * 10)
  }
}
