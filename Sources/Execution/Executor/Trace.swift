import Dispatch

/// What every worker did in a run, and when.
///
/// Sendable because each worker writes its own list, and the lists are read when the run is over.
package final class Trace: @unchecked Sendable {
  /// What a worker did.
  package enum Subject: Sendable, Hashable {
    /// One task of a step.
    case task(Int, step: Int)
    /// A part of an operation, by the operation's place in the plan; inside a task.
    case operation(Int)
  }

  /// From when to when a worker did something.
  package struct Event: Sendable {
    /// What the worker did.
    package let subject: Subject
    /// The place of the image in the batch, from 0.
    package let image: Int
    /// The worker, from 0.
    package let worker: Int
    /// When it began: nanoseconds of the system's monotonic clock.
    package let start: UInt64
    /// When it ended, by the same clock.
    package let end: UInt64
  }

  /// The events of one worker, in order.
  final class Lane {
    let worker: Int
    fileprivate(set) var events: [Event] = []

    /// The image that the worker works on now, by its place in the batch.
    fileprivate var image = 0

    fileprivate init(worker: Int) {
      self.worker = worker
      events.reserveCapacity(Trace.expectedEvents)
    }

    /// Runs `body` and notes when.
    func record(_ subject: Subject, _ body: () -> Void) {
      let start = Trace.now()
      body()
      events.append(
        Event(subject: subject, image: image, worker: worker, start: start, end: Trace.now()))
    }
  }

  let lanes: [Lane]

  private init(lanes: [Lane]) {
    self.lanes = lanes
  }

  /// The trace for a run of `image` by worker `worker` alone.
  func lane(_ worker: Int, image: Int) -> Trace {
    lanes[worker].image = image
    return Trace(lanes: [lanes[worker]])
  }

  /// The trace for a run of `image` by all workers together.
  func shared(image: Int) -> Trace {
    for lane in lanes { lane.image = image }
    return self
  }

  /// Room for so many events is reserved, because growing a list would show in the times.
  private static let expectedEvents = 1 << 12

  /// An empty trace for `workers` workers.
  package init(workers: Int) {
    lanes = (0..<workers).map(Lane.init)
  }

  /// All events, worker by worker.
  package var events: [Event] { lanes.flatMap(\.events) }

  /// Forgets what was recorded.
  package func clear() {
    for lane in lanes { lane.events.removeAll(keepingCapacity: true) }
  }

  static func now() -> UInt64 { DispatchTime.now().uptimeNanoseconds }
}
