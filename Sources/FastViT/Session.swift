import Dispatch
import FastViTExecution
import FastViTNetwork
import FastViTOperations
import FastViTScheduler

/// Runs a model on a number of threads.
///
/// All copies are the same session, and any number of threads may call `run` at the same time. Each
/// call uses up to `threads` threads of its own, so give a session few threads where many calls run
/// at the same time.
///
/// Sessions of one model share its weights. A session keeps the memory of its runs for later ones:
/// for the last two image sizes, one copy per run that was active at the same time. The memory is
/// freed with the session's last copy. Use one session per image size where more than two sizes
/// alternate.
public struct Session: Sendable {
  /// The model that the session runs.
  public let model: Model

  /// How the workers share the images of a batch.
  public let schedule: Schedule

  let executor: Executor
  let team: Team

  /// Runs asynchronous calls one after another: each uses all workers, so two at the same time would
  /// compete for the cores.
  private let queue = DispatchQueue(label: "FastViT.Session")

  /// A session of `model`.
  ///
  /// - Parameters:
  ///   - model: the model to run.
  ///   - threads: the largest number of workers, the caller included, at least one; nil for one
  ///     worker per core that this process may use.
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

  /// The smallest height and width of an image that any variant takes, in pixels; see
  /// `Variant.smallestInputSize` for one variant's.
  public static let smallestInputSize = Variant.allCases.map(\.smallestInputSize).min() ?? 1

  /// Runs the network on a batch of images of one size.
  ///
  /// The results of an image have the same bits as when the image is run alone, on any number of
  /// threads. The calling thread is one of the workers and returns when all results are complete.
  ///
  /// - Parameters:
  ///   - images: the normalised images, `[count]` of them in `layout`.
  ///   - count: the number of images in the batch, at least one.
  ///   - height: the rows of an image.
  ///   - width: the columns of an image.
  ///   - layout: how the values of each image lie in memory.
  ///   - keepingFeatureMaps: whether to return the outputs of the stages too.
  /// - Throws: `badData` where `count` is below one, a side is below the variant's smallest, or `images` has
  ///   another number of values.
  public func run(
    _ images: Span<Float>, count: Int, height: Int, width: Int, layout: PixelLayout = .planar,
    keepingFeatureMaps: Bool = false
  ) throws(FastViTError) -> Inference {
    let batch = try ImageBatch(
      count: count, height: height, width: width, elements: images.count, for: model.variant)
    return inference(
      images, batch, layout: layout, keepingFeatureMaps: keepingFeatureMaps
    ) { () throws(Never) in
    }
  }

  /// Runs the network on a batch of images of one size and writes the logits to the caller's memory.
  ///
  /// A call with the count and size of an earlier one allocates nothing if images of at most one
  /// other size were run in between.
  ///
  /// - Parameters:
  ///   - images: the normalised images, `[count]` of them in `layout`.
  ///   - count: the number of images in the batch, at least one.
  ///   - height: the rows of an image.
  ///   - width: the columns of an image.
  ///   - layout: how the values of each image lie in memory.
  ///   - logits: receives the scores, `[count][classes]`; nothing is written where the call throws.
  /// - Throws: `badData` where `count` is below one, a side is below the variant's smallest, or `images` or
  ///   `logits` has another number of values.
  public func run(
    _ images: Span<Float>, count: Int, height: Int, width: Int, layout: PixelLayout = .planar,
    into logits: inout MutableSpan<Float>
  ) throws(FastViTError) {
    _ = try ImageBatch(
      count: count, height: height, width: width, elements: images.count, for: model.variant)
    let classCount = model.classCount
    guard logits.count / classCount == count, logits.count % classCount == 0 else {
      throw FastViTError(
        .badData, "logits: found room for \(logits.count) values, expected \(count) × \(classCount)"
      )
    }
    executor.run(
      images, count: count, height: height, width: width, layout: layout.value, into: &logits,
      schedule: schedule.value)
  }

  /// Runs the network on a batch of images of one size on another thread, for Swift tasks.
  ///
  /// The work is done on a thread of Dispatch and never blocks a thread of Swift's cooperative
  /// pool. Runs that are started this way follow one another in one session; sessions that share a
  /// model may run at the same time.
  ///
  /// - Parameters:
  ///   - images: the normalised images, `[count]` of them in `layout`.
  ///   - count: the number of images in the batch, at least one.
  ///   - height: the rows of an image.
  ///   - width: the columns of an image.
  ///   - layout: how the values of each image lie in memory.
  ///   - keepingFeatureMaps: whether to return the outputs of the stages too.
  /// - Throws: `FastViTError` as the synchronous `run` does; `CancellationError` where the task is
  ///   cancelled before the last step of the last image starts: at once while the run waits for an
  ///   earlier one, otherwise before the next step.
  public func run(
    _ images: [Float], count: Int, height: Int, width: Int, layout: PixelLayout = .planar,
    keepingFeatureMaps: Bool = false
  ) async throws -> Inference {
    let batch = try ImageBatch(
      count: count, height: height, width: width, elements: images.count, for: model.variant)
    return try await queue.run { cancellation in
      try inference(
        images.span, batch, layout: layout, keepingFeatureMaps: keepingFeatureMaps,
        check: cancellation.check)
    }
  }

  /// Runs the batch. Calls `check` before every step of the network; an error that it throws ends
  /// the run.
  func inference<Failure>(
    _ images: Span<Float>, _ batch: ImageBatch, layout: PixelLayout, keepingFeatureMaps: Bool,
    check: @Sendable () throws(Failure) -> Void
  ) throws(Failure) -> Inference {
    let results = try executor.run(
      images, count: batch.count, height: batch.height, width: batch.width, layout: layout.value,
      schedule: schedule.value, keepingStages: keepingFeatureMaps, check: check)
    return Inference(model, results)
  }
}
