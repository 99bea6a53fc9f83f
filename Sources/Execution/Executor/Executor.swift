import FastViTNetwork
import FastViTOperations
import FastViTScheduler
import Synchronization

/// Runs a plan on generated kernels, the work shared out among a team.
///
/// Its results are those of the interpreter in `Float` with the same precisions, bit by bit. Any number of
/// runs may go on at the same time. What runs need is kept for two sizes of images: a run like an earlier one
/// allocates nothing but the results that it returns.
package final class Executor: Sendable {
  private let plan: Plan
  private let team: Team
  private let runs: RunPool

  /// The batches that no call uses now.
  private let idleBatches = Mutex<[Batch]>([])

  /// An executor of `plan` on the workers of `team`.
  package init(_ plan: Plan, team: Team) {
    self.plan = plan
    self.team = team
    runs = RunPool(plan)
  }

  /// Runs the network on a batch of images of one size.
  ///
  /// - Parameters:
  ///   - images: normalised, `count` images in `layout`, one after another.
  ///   - count: images of the batch, at least one.
  ///   - layout: of each image: planar `[channels][height][width]` or interleaved
  ///     `[height][width][channels]`.
  ///   - schedule: how the workers share the batch.
  ///   - keepingStages: whether to copy the stage outputs.
  ///   - trace: where the workers note what they do; made for at least as many workers as the team has.
  ///   - check: called before every step, on the thread that begins the step; where it throws, the run
  ///     throws the same error. From then on it must throw whenever it is called.
  /// - Returns: one result per image.
  /// - Throws: what `check` throws.
  package func run<Failure>(
    _ images: Span<Float>, count: Int, height: Int, width: Int, layout: ImageLayout = .nchw,
    schedule: BatchSchedule = .auto, keepingStages: Bool = false, trace: Trace? = nil,
    check: @Sendable () throws(Failure) -> Void
  ) throws(Failure) -> [Results<Float>] {
    let results = CollectedResults(count: count, keepingStages: keepingStages)
    let failure = Mutex<Failure?>(nil)
    withoutActuallyEscaping(check) { check in
      run(
        images, count: count, height: height, width: width, layout: layout, schedule: schedule,
        trace: trace,
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
    _ images: Span<Float>, count: Int, height: Int, width: Int, layout: ImageLayout = .nchw,
    schedule: BatchSchedule = .auto, keepingStages: Bool = false, trace: Trace? = nil
  ) -> [Results<Float>] {
    let results = CollectedResults(count: count, keepingStages: keepingStages)
    run(
      images, count: count, height: height, width: width, layout: layout, schedule: schedule,
      trace: trace, isOver: nil, into: .results(results))
    return results.all
  }

  /// Runs the network on a batch of images of one size, for the logits alone, `[count][classes]`.
  package func run(
    _ images: Span<Float>, count: Int, height: Int, width: Int,
    layout: ImageLayout = .nchw, into logits: inout MutableSpan<Float>,
    schedule: BatchSchedule = .auto
  ) {
    precondition(logits.count == count * plan.graph.classCount)
    logits.withUnsafeMutableBufferPointer { buffer in
      let places = LogitPlaces(buffer, classCount: plan.graph.classCount)
      run(
        images, count: count, height: height, width: width, layout: layout, schedule: schedule,
        trace: nil, isOver: nil, into: .logits(places))
    }
  }

  private func run(
    _ images: Span<Float>, count: Int, height: Int, width: Int, layout: ImageLayout,
    schedule: BatchSchedule, trace: Trace?, isOver: (@Sendable () -> Bool)?,
    into destination: Destination
  ) {
    let shape = FeatureShape(height: height, width: width, channels: plan.graph.inputChannels)
    precondition(count > 0 && images.count == count * shape.elements)
    let batch = idleBatches.withLock { $0.popLast() } ?? Batch(runs)
    defer { idleBatches.withLock { $0.append(batch) } }
    images.withUnsafeBytes { pixels in
      guard let start = pixels.baseAddress else { preconditionFailure("an image has pixels") }
      let job = Batch.Job(
        images: ImagePlaces(start, shape, layout), count: count, height: height, width: width,
        schedule: schedule, trace: trace, isOver: isOver, destination: destination)
      team.run { crew in batch.run(job, on: crew) }
    }
  }
}
