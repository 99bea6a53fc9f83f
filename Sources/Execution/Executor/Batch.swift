import FastViTOperations
import FastViTScheduler

/// Runs one batch after another on the workers of a crew.
///
/// The object is kept from one call to the next: tasks are closures, and a closure that captures only this
/// object allocates nothing.
final class Batch: Sendable {
  /// The batch of one call, and how to run it.
  struct Job: Sendable {
    let images: ImagePlaces
    let count: Int
    let height: Int
    let width: Int
    let schedule: BatchSchedule
    let trace: Trace?
    /// Whether to end the run; asked before every step. Nil if nothing may end the run.
    let isOver: (@Sendable () -> Bool)?
    let destination: Destination
  }

  private let runs: RunPool

  /// The batch that runs now. Written by the caller's thread only, while no task runs.
  private nonisolated(unsafe) var job: Job?

  init(_ runs: RunPool) {
    self.runs = runs
  }

  /// Runs the images of `job`, to the end or until `isOver` is true.
  func run(_ job: Job, on crew: Crew) {
    self.job = job
    defer { self.job = nil }
    let separate = job.schedule.separateImages(job.count, workers: crew.workerCount)
    crew.forEachTask(count: separate) { image, worker in
      self.runAlone(image, worker: worker)
    }
    let key = PreparedRun.Key(height: job.height, width: job.width, workers: crew.workerCount)
    for image in separate..<job.count {
      let isDone = runs.withRun(for: key) { run in
        run.run(
          job.images[image], on: crew, trace: job.trace?.shared(image: image),
          isOver: job.isOver
        ) {
          job.destination.take($0, ofImage: image)
        }
      }
      guard isDone else { return }
    }
  }

  private func runAlone(_ image: Int, worker: Int) {
    guard let job else { preconditionFailure("a task runs inside a job") }
    let key = PreparedRun.Key(height: job.height, width: job.width, workers: 1)
    runs.withRun(for: key) { run in
      // The result is not needed: `isOver` stays true once it is, so later images end at their first steps.
      _ = run.run(
        job.images[image], on: .solo, trace: job.trace?.lane(worker, image: image),
        isOver: job.isOver
      ) {
        job.destination.take($0, ofImage: image)
      }
    }
  }
}

/// The images of a batch, one after the other.
///
/// Sendable because they are only read.
struct ImagePlaces: @unchecked Sendable {
  private let start: UnsafeRawPointer
  private let shape: FeatureShape
  private let layout: ImageLayout

  /// - Parameters:
  ///   - start: the first value of the first image.
  ///   - shape: of each image.
  ///   - layout: of each image.
  init(_ start: UnsafeRawPointer, _ shape: FeatureShape, _ layout: ImageLayout) {
    self.start = start
    self.shape = shape
    self.layout = layout
  }

  subscript(index: Int) -> StridedMap {
    layout.map(start.advanced(floats: index * shape.elements), shape)
  }
}
