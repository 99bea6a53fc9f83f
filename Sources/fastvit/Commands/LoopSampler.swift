import FastViT
import Measurement

/// Measures how fast a loop does its work, in slices of equal work.
struct LoopSampler {
  private let workPerIteration: Int
  private let iterations: Int
  private let run: (_ iterations: Int) -> Void

  /// - Parameters:
  ///   - workPerIteration: in whatever unit `sample` is to count.
  ///   - nanoseconds: of one slice, about.
  ///   - run: does that work as often as it is told.
  init(
    workPerIteration: Int, sliceNanoseconds nanoseconds: Double,
    run: @escaping (_ iterations: Int) -> Void
  ) {
    self.workPerIteration = workPerIteration
    self.run = run
    run(1)
    var count = 1
    var time = timing { run(count) }.realNanoseconds
    // Short trials hold more of the workers' waking than of the work.
    while time < nanoseconds / 8 {
      count *= 4
      time = timing { run(count) }.realNanoseconds
    }
    iterations = max(count, Int(Double(count) * nanoseconds / time))
  }

  /// Work in a nanosecond of `clock`, over one slice.
  func sample(by clock: KeyPath<Elapsed, Double>) -> Double {
    let elapsed = timing { run(iterations) }
    return Double(workPerIteration * iterations) / elapsed[keyPath: clock]
  }
}

extension LoopSampler {
  /// Floating-point operations of nothing but multiply-adds, with the session's instruction set on its
  /// workers together; nil where the instruction set has no loop.
  init?(peakOf session: Session, sliceNanoseconds: Double) {
    guard
      let peak = MultiplyAddPeak(
        session.model.instructionSet.value, workerCount: session.threads)
    else { return nil }
    self.init(
      workPerIteration: peak.operationsPerIteration, sliceNanoseconds: sliceNanoseconds,
      run: peak.run)
  }

  /// Bytes that `workers` workers together read and write when each copies within `bytesOfWorker` of
  /// its own.
  init(copying bytesOfWorker: Int, workers: Int, sliceNanoseconds: Double) {
    let copy = CopyBandwidth(bytesOfWorker: bytesOfWorker, workerCount: workers)
    self.init(
      workPerIteration: copy.bytesPerIteration, sliceNanoseconds: sliceNanoseconds, run: copy.run)
  }
}
