import KernelContract
import Network
import Scheduler
import Synchronization

/// Runs a plan on generated kernels, the work shared out among a team.
///
/// Its results are the interpreter's in `Float`, bit by bit. Any number of runs may go on at once.
package final class Executor: Sendable {
  private let plan: Plan
  private let team: Team

  /// Those that no run uses now.
  private let idle = Mutex<[PreparedRun]>([])

  package init(_ plan: Plan, team: Team) {
    self.plan = plan
    self.team = team
  }

  /// Runs the network on a batch of pictures of one size.
  ///
  /// - Parameters:
  ///   - pictures: normalised, planar `[count][3][height][width]`.
  ///   - keepingStages: whether to copy the stage outputs.
  ///   - trace: where the workers note what they do; made for at least as many.
  ///   - check: called before every step by whoever runs it; where it throws, so does the run. It must
  ///     then throw for ever.
  /// - Returns: a result a picture.
  package func run<Failure>(
    _ pictures: Span<Float>, count: Int, height: Int, width: Int,
    schedule: BatchSchedule = .auto, keepingStages: Bool = false, trace: Trace? = nil,
    check: @Sendable () throws(Failure) -> Void
  ) throws(Failure) -> [Results<Float>] {
    let results = Mutex([Results<Float>](repeating: Results(), count: count))
    try run(
      pictures, count: count, height: height, width: width, schedule: schedule, trace: trace,
      check: check
    ) { picture, output in
      if case .stage = output.kind, !keepingStages { return }
      let values = output.copy
      results.withLock { results in
        switch output.kind {
        case .stage: results[picture].stages.append((output.shape, values))
        case .embedding: results[picture].embedding = values
        case .logits: results[picture].logits = values
        }
      }
    }
    return results.withLock { $0 }
  }

  /// Runs the network as the other `run`, to its end.
  package func run(
    _ pictures: Span<Float>, count: Int, height: Int, width: Int,
    schedule: BatchSchedule = .auto, keepingStages: Bool = false, trace: Trace? = nil
  ) -> [Results<Float>] {
    run(
      pictures, count: count, height: height, width: width, schedule: schedule,
      keepingStages: keepingStages, trace: trace
    ) { () throws(Never) in }
  }

  /// Runs the network on a batch of pictures of one size, for the logits alone, `[count][classes]`.
  package func run(
    _ pictures: Span<Float>, count: Int, height: Int, width: Int,
    into logits: inout MutableSpan<Float>, schedule: BatchSchedule = .auto
  ) {
    precondition(logits.count == count * plan.graph.classCount)
    logits.withUnsafeMutableBufferPointer { buffer in
      let places = LogitPlaces(buffer, classCount: plan.graph.classCount)
      run(
        pictures, count: count, height: height, width: width, schedule: schedule, trace: nil,
        check: { () throws(Never) in }
      ) { picture, output in
        if output.kind == .logits { places.write(output.values, ofPicture: picture) }
      }
    }
  }

  private func run<Failure>(
    _ pictures: Span<Float>, count: Int, height: Int, width: Int, schedule: BatchSchedule,
    trace: Trace?, check: @Sendable () throws(Failure) -> Void,
    deliver: @Sendable (_ picture: Int, RunOutput) -> Void
  ) throws(Failure) {
    let size = Graph<Float>.inputChannels * height * width
    precondition(count > 0 && pictures.count == count * size)
    let separate = schedule.separatePictures(count, workers: team.workerCount)
    try pictures.withUnsafeBufferPointer { pixels throws(Failure) in
      guard let start = pixels.baseAddress else { preconditionFailure("a picture has pixels") }
      let pictures = Pictures(start: start, size: size)
      let own = PreparedRun.Key(height: height, width: width, workers: 1)
      let shared = PreparedRun.Key(height: height, width: width, workers: team.workerCount)
      try team.run { crew throws(Failure) in
        crew.forEachTile(count: separate) { index, worker in
          withRun(for: own) { run in
            // A picture given up shows in the check behind the step.
            try? run.run(pictures[index], on: .solo, trace: trace?.lane(worker), check: check) {
              deliver(index, $0)
            }
          }
        }
        if separate > 0 { try check() }
        for index in separate..<count {
          try withRun(for: shared) { run throws(Failure) in
            try run.run(pictures[index], on: crew, trace: trace, check: check) {
              deliver(index, $0)
            }
          }
        }
      }
    }
  }

  private func withRun<E: Error>(
    for key: PreparedRun.Key, _ body: (PreparedRun) throws(E) -> Void
  ) throws(E) {
    let run = take(key)
    defer { idle.withLock { $0.append(run) } }
    try body(run)
  }

  /// A run for `key`; those for pictures of another size go, so that sizes that vary do not gather.
  private func take(_ key: PreparedRun.Key) -> PreparedRun {
    let free = idle.withLock { idle -> PreparedRun? in
      idle.removeAll { $0.key.height != key.height || $0.key.width != key.width }
      guard let index = idle.firstIndex(where: { $0.key == key }) else { return nil }
      return idle.remove(at: index)
    }
    return free ?? PreparedRun(plan, key)
  }
}

/// The pictures of a batch, one behind the other.
///
/// Sendable because they are only read.
private struct Pictures: @unchecked Sendable {
  let start: UnsafePointer<Float>
  /// Values of one.
  let size: Int

  subscript(index: Int) -> UnsafePointer<Float> { start + index * size }
}

/// Where the logits of a batch go.
///
/// Sendable because each picture has a place of its own.
private struct LogitPlaces: @unchecked Sendable {
  private let all: UnsafeMutableBufferPointer<Float>
  private let classCount: Int

  init(_ all: UnsafeMutableBufferPointer<Float>, classCount: Int) {
    self.all = all
    self.classCount = classCount
  }

  func write(_ logits: UnsafePointer<Float>, ofPicture index: Int) {
    let source = UnsafeBufferPointer(start: logits, count: classCount)
    _ = all[(index * classCount)...].update(fromContentsOf: source)
  }
}
