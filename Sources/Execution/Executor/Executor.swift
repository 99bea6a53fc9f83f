import Network
import Scheduler
import Synchronization

/// Runs a plan on generated kernels, the work shared out among a team.
///
/// Its results are the interpreter's in `Float`, bit by bit. Any number of runs may go on at once. What
/// runs need is kept for two sizes of pictures: a run as an earlier one was allocates nothing but the
/// results it returns.
package final class Executor: Sendable {
  private let plan: Plan
  private let team: Team
  private let runs: RunPool

  /// Those that no call uses now.
  private let idleBatches = Mutex<[Batch]>([])

  package init(_ plan: Plan, team: Team) {
    self.plan = plan
    self.team = team
    runs = RunPool(plan)
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
    let results = CollectedResults(count: count, keepingStages: keepingStages)
    let failure = Mutex<Failure?>(nil)
    withoutActuallyEscaping(check) { check in
      run(
        pictures, count: count, height: height, width: width, schedule: schedule, trace: trace,
        isOver: {
          do throws(Failure) { try check() } catch {
            failure.withLock { $0 = error }
            return true
          }
          return false
        }, into: .results(results))
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
    return results.all
  }

  /// Runs the network as the other `run`, to its end.
  package func run(
    _ pictures: Span<Float>, count: Int, height: Int, width: Int,
    schedule: BatchSchedule = .auto, keepingStages: Bool = false, trace: Trace? = nil
  ) -> [Results<Float>] {
    let results = CollectedResults(count: count, keepingStages: keepingStages)
    run(
      pictures, count: count, height: height, width: width, schedule: schedule, trace: trace,
      isOver: nil, into: .results(results))
    return results.all
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
        isOver: nil, into: .logits(places))
    }
  }

  private func run(
    _ pictures: Span<Float>, count: Int, height: Int, width: Int, schedule: BatchSchedule,
    trace: Trace?, isOver: (@Sendable () -> Bool)?, into destination: Destination
  ) {
    let size = Graph<Float>.inputChannels * height * width
    precondition(count > 0 && pictures.count == count * size)
    let batch = idleBatches.withLock { $0.popLast() } ?? Batch(runs)
    defer { idleBatches.withLock { $0.append(batch) } }
    pictures.withUnsafeBufferPointer { pixels in
      guard let start = pixels.baseAddress else { preconditionFailure("a picture has pixels") }
      let job = Batch.Job(
        pictures: Pictures(start: start, size: size), count: count, height: height, width: width,
        schedule: schedule, trace: trace, isOver: isOver, destination: destination)
      team.run { crew in batch.run(job, on: crew) }
    }
  }
}
