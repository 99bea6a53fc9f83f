import Dispatch
import Execution
import KernelContract
import Network
import Scheduler

/// Runs a model on a number of threads.
///
/// Copies are one session, and any number of threads may call `run` at the same time. Each call takes up
/// to `threads` threads of its own: where many calls go on side by side, few each are enough.
///
/// Sessions share their model's weights. What runs need beside these is kept for later ones, as often as
/// it was needed at once, for the last two sizes of pictures, and freed with the last copy: where more
/// sizes come in turns, take a session a size.
public struct Session: Sendable {
  /// What it runs.
  public let model: Model

  /// How the pictures of a batch are divided among the workers.
  public let schedule: Schedule

  let executor: Executor
  let team: Team

  /// Where asynchronous runs wait for each other: each uses all workers, so two at a time would only
  /// stand in each other's way.
  private let queue = DispatchQueue(label: "FastViT.Session")

  /// A session of `model`.
  ///
  /// - Parameters:
  ///   - model: what to run.
  ///   - threads: workers at most, the caller included, at least one; nil for as many cores as this
  ///     process may use.
  ///   - schedule: how the workers share a batch; every choice gives the same bits.
  public init(_ model: Model, threads: Int? = nil, schedule: Schedule = .auto) {
    precondition(threads.map { $0 > 0 } ?? true)
    self.model = model
    self.schedule = schedule
    team = model.team(of: threads)
    executor = Executor(model.plan, team: team)
  }

  /// The number of workers, the caller included.
  public var threads: Int { team.workerCount }

  /// The smallest height and width of a picture, in pixels.
  public static let smallestInputSize = Architecture.smallestInputSize

  /// Runs the network on a batch of pictures of one size.
  ///
  /// Every picture's results are the same bits as when it is run alone, on any number of threads. The
  /// calling thread works too, and is busy until all results are there.
  ///
  /// - Parameters:
  ///   - pictures: normalised values, planar `[count][3][height][width]`.
  ///   - count: pictures in the batch, at least one.
  ///   - height: rows of a picture.
  ///   - width: columns of a picture.
  ///   - keepingFeatureMaps: whether to return the four stages' outputs too.
  /// - Throws: `badData` where `count` is below one, a side is below 32 pixels, or `pictures` has another
  ///   number of values.
  public func run(
    _ pictures: Span<Float>, count: Int, height: Int, width: Int, keepingFeatureMaps: Bool = false
  ) throws(FastViTError) -> Inference {
    let batch = try PictureBatch(
      count: count, height: height, width: width, elements: pictures.count)
    return inference(pictures, batch, keepingFeatureMaps: keepingFeatureMaps) {
      () throws(Never) in
    }
  }

  /// Runs the network on a batch as the other `run`, into the caller's memory: for loops that keep
  /// theirs. A call as an earlier one was, in count and size, allocates nothing if pictures of one other
  /// size at most were run in between.
  ///
  /// - Parameters:
  ///   - pictures: normalised values, planar `[count][3][height][width]`.
  ///   - count: pictures in the batch, at least one.
  ///   - height: rows of a picture.
  ///   - width: columns of a picture.
  ///   - logits: the scores, `[count][classes]`; all are written, or none where this throws.
  /// - Throws: `badData` where `count` is below one, a side is below 32 pixels, or `pictures` or
  ///   `logits` has another number of values.
  public func run(
    _ pictures: Span<Float>, count: Int, height: Int, width: Int,
    into logits: inout MutableSpan<Float>
  ) throws(FastViTError) {
    _ = try PictureBatch(count: count, height: height, width: width, elements: pictures.count)
    let classCount = model.classCount
    guard logits.count / classCount == count, logits.count % classCount == 0 else {
      throw FastViTError(
        .badData, "logits: found room for \(logits.count) values, expected \(count) × \(classCount)"
      )
    }
    executor.run(
      pictures, count: count, height: height, width: width, into: &logits,
      schedule: schedule.value)
  }

  /// Runs the network on a batch as the other `run`, without a thread of the caller's: for tasks.
  ///
  /// The work is done on a thread of Dispatch and never blocks one of Swift's cooperative pool. Runs of
  /// one session that are started this way follow one another; sessions that share a model run side by
  /// side.
  ///
  /// - Parameters:
  ///   - pictures: normalised values, planar `[count][3][height][width]`.
  ///   - count: pictures in the batch, at least one.
  ///   - height: rows of a picture.
  ///   - width: columns of a picture.
  ///   - keepingFeatureMaps: whether to return the four stages' outputs too.
  /// - Throws: `FastViTError` as the other `run`; `CancellationError` where the task was cancelled
  ///   before the last step of the last picture was begun, and then there are no results at all; at once
  ///   where it still waited for an earlier run.
  public func run(
    _ pictures: [Float], count: Int, height: Int, width: Int, keepingFeatureMaps: Bool = false
  ) async throws -> Inference {
    let batch = try PictureBatch(
      count: count, height: height, width: width, elements: pictures.count)
    return try await queue.run { cancellation in
      try inference(
        pictures.span, batch, keepingFeatureMaps: keepingFeatureMaps,
        check: cancellation.check)
    }
  }

  /// Runs the pictures; `check` is called before every step of the network and may end the run.
  func inference<Failure>(
    _ pictures: Span<Float>, _ batch: PictureBatch, keepingFeatureMaps: Bool,
    check: @Sendable () throws(Failure) -> Void
  ) throws(Failure) -> Inference {
    let results = try executor.run(
      pictures, count: batch.count, height: batch.height, width: batch.width,
      schedule: schedule.value, keepingStages: keepingFeatureMaps, check: check)
    return Inference(model, results)
  }
}
