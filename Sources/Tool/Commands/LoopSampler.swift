import FastViT
import FastViTMeasurement

/// Measures the speed of a loop in slices of equal work.
struct LoopSampler {
  private let workPerIteration: Int
  private let iterations: Int
  private let run: (_ iterations: Int) -> Void

  /// A sampler whose slices take about `nanoseconds` each.
  ///
  /// - Parameters:
  ///   - workPerIteration: the work of one iteration, in the unit that `sample` returns.
  ///   - nanoseconds: the duration of one slice, approximately.
  ///   - run: does that work the given number of times.
  init(
    workPerIteration: Int, sliceNanoseconds nanoseconds: Double,
    run: @escaping (_ iterations: Int) -> Void
  ) {
    self.workPerIteration = workPerIteration
    self.run = run
    run(1)
    var count = 1
    var time = timing { run(count) }.realNanoseconds
    // In a short trial, waking the workers takes longer than the work.
    while time < nanoseconds / 8 {
      count *= 4
      time = timing { run(count) }.realNanoseconds
    }
    iterations = max(count, Int(Double(count) * nanoseconds / time))
  }

  /// The work per nanosecond of `clock` in one slice.
  func sample(by clock: KeyPath<Elapsed, Double>) -> Double {
    let elapsed = timing { run(iterations) }
    return Double(workPerIteration * iterations) / elapsed[keyPath: clock]
  }
}

extension LoopSampler {
  /// Counts the floating-point operations of a loop of multiply-adds, with the session's
  /// instruction set on all its workers together; nil where no such loop exists for the instruction
  /// set.
  init?(peakOf session: Session, sliceNanoseconds: Double) {
    guard
      let peak = MultiplyAddPeak(
        session.model.instructionSet.value, workerCount: session.threads)
    else { return nil }
    self.init(
      workPerIteration: peak.operationsPerIteration, sliceNanoseconds: sliceNanoseconds,
      run: peak.run)
  }

  /// Counts the bytes that `workers` workers together read and write, where each copies within a
  /// memory of `bytesOfWorker` bytes of its own.
  init(copying bytesOfWorker: Int, workers: Int, sliceNanoseconds: Double) {
    let copy = CopyBandwidth(bytesOfWorker: bytesOfWorker, workerCount: workers)
    self.init(
      workPerIteration: copy.bytesPerIteration, sliceNanoseconds: sliceNanoseconds, run: copy.run)
  }
}
