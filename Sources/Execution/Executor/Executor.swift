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

  /// What no run uses now.
  private struct Idle {
    var runs: [PreparedRun] = []
    /// For runs that are not made yet.
    var memory: [AlignedBuffer] = []
  }
  private let idle: Mutex<Idle>

  /// Runs `plan` on `team`.
  package convenience init(_ plan: Plan, team: Team) {
    self.init(plan, team: team, reusing: [])
  }

  /// - Parameter memory: of an executor that is not used any more.
  init(_ plan: Plan, team: Team, reusing memory: [AlignedBuffer]) {
    self.plan = plan
    self.team = team
    idle = Mutex(Idle(memory: memory))
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
    try pictures.withUnsafeBufferPointer { pixels throws(Failure) in
      let batch = Batch(
        pixels, count: count, height: height, width: width,
        separate: schedule.separatePictures(count, workers: team.workerCount))
      try team.run { crew throws(Failure) in
        try run(batch, on: crew, trace: trace, check: check, deliver: deliver)
      }
    }
  }

  /// Runs the network on `batch`, as the other `run`, on the executor's own team.
  func run<Failure>(
    _ batch: Batch, on crew: Crew, trace: Trace?, check: @Sendable () throws(Failure) -> Void,
    deliver: @Sendable (_ picture: Int, RunOutput) -> Void
  ) throws(Failure) {
    let own = PreparedRun.Key(height: batch.height, width: batch.width, workers: 1)
    let shared = PreparedRun.Key(
      height: batch.height, width: batch.width, workers: team.workerCount)
    crew.forEachTile(count: batch.separate) { index, worker in
      withRun(for: own) { run in
        // A picture given up shows in the check behind the step.
        try? run.run(
          batch[index], on: .solo, trace: trace?.lane(worker, picture: index), check: check
        ) { deliver(index, $0) }
      }
    }
    if batch.separate > 0 { try check() }
    for index in batch.separate..<batch.count {
      try withRun(for: shared) { run throws(Failure) in
        try run.run(
          batch[index], on: crew, trace: trace?.shared(picture: index), check: check
        ) { deliver(index, $0) }
      }
    }
  }

  private func withRun<E: Error>(
    for key: PreparedRun.Key, _ body: (PreparedRun) throws(E) -> Void
  ) throws(E) {
    let run = take(key)
    defer { idle.withLock { $0.runs.append(run) } }
    try body(run)
  }

  /// A run for `key`; those for pictures of another size go, so that sizes that vary do not gather.
  private func take(_ key: PreparedRun.Key) -> PreparedRun {
    let (free, memory) = idle.withLock { idle -> (PreparedRun?, AlignedBuffer?) in
      idle.runs.removeAll { $0.key.height != key.height || $0.key.width != key.width }
      guard let index = idle.runs.firstIndex(where: { $0.key == key }) else {
        return (nil, idle.memory.popLast())
      }
      return (idle.runs.remove(at: index), nil)
    }
    return free ?? PreparedRun(plan, key, reusing: memory)
  }

  /// The memory of all runs, none of which goes on, for another executor.
  var memory: [AlignedBuffer] { idle.withLock { $0.runs.map(\.arena) + $0.memory } }

  /// The operations of each step of runs by `workers` workers, none of which goes on; nil where there
  /// was none.
  func steps(workers: Int) -> [Range<Int>]? {
    let run = idle.withLock { $0.runs.first { $0.key.workers == workers } }
    return run?.steps.map(\.operations)
  }
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
