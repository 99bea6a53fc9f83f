import Testing

@testable import FastViTMeasurement

@Suite(.serialized) struct CopyBandwidthTests {
  @Test(arguments: [1, 3]) func bytesAreThoseOfAllWorkers(workers: Int) {
    let copy = CopyBandwidth(bytesOfWorker: 4096, workerCount: workers)
    #expect(copy.bytesPerIteration == workers * 4096)
  }

  /// No present core moves 256 bytes per cycle at 10 GHz. A higher speed means that the copy was not
  /// made.
  @Test func speedIsPlausible() {
    let copy = CopyBandwidth(bytesOfWorker: 16 << 10, workerCount: 1)
    copy.run(iterations: 10)
    let time = timing { copy.run(iterations: 2000) }.realNanoseconds
    let speed = Double(2000 * copy.bytesPerIteration) / time
    #expect(speed > 0.01 && speed < 256 * 10)
  }
}
