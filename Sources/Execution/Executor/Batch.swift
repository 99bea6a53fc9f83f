import Scheduler

/// One batch after another on the workers of a crew.
///
/// Kept from one call to the next: tiles are closures, and one that captures this object alone is no
/// memory of its own.
final class Batch: Sendable {
  /// What one call asks for.
  struct Job: Sendable {
    let pictures: Pictures
    let count: Int
    let height: Int
    let width: Int
    let schedule: BatchSchedule
    let trace: Trace?
    /// Asked before every step; nil if nobody may end the run.
    let isOver: (@Sendable () -> Bool)?
    let destination: Destination
  }

  private let runs: RunPool

  /// Written by the caller only, while no tile runs.
  private nonisolated(unsafe) var job: Job?

  init(_ runs: RunPool) {
    self.runs = runs
  }

  /// Runs the pictures of `job`, to the end or until it is over.
  func run(_ job: Job, on crew: Crew) {
    self.job = job
    defer { self.job = nil }
    let separate = job.schedule.separatePictures(job.count, workers: crew.workerCount)
    crew.forEachTile(count: separate) { picture, worker in
      self.runAlone(picture, worker: worker)
    }
    let key = PreparedRun.Key(height: job.height, width: job.width, workers: crew.workerCount)
    for picture in separate..<job.count {
      let isDone = runs.withRun(for: key) { run in
        run.run(
          job.pictures[picture], on: crew, trace: job.trace?.shared(picture: picture),
          isOver: job.isOver
        ) {
          job.destination.take($0, ofPicture: picture)
        }
      }
      guard isDone else { return }
    }
  }

  private func runAlone(_ picture: Int, worker: Int) {
    guard let job else { preconditionFailure("a tile runs inside a job") }
    let key = PreparedRun.Key(height: job.height, width: job.width, workers: 1)
    runs.withRun(for: key) { run in
      // Whoever asked knows of a picture given up; those behind it are given up at their first steps.
      _ = run.run(
        job.pictures[picture], on: .solo, trace: job.trace?.lane(worker, picture: picture),
        isOver: job.isOver
      ) {
        job.destination.take($0, ofPicture: picture)
      }
    }
  }
}

/// The pictures of a batch, one behind the other.
///
/// Sendable because they are only read.
struct Pictures: @unchecked Sendable {
  let start: UnsafePointer<Float>
  /// Values of one.
  let size: Int

  subscript(index: Int) -> UnsafePointer<Float> { start + index * size }
}
