import Dispatch

/// What every worker did in a run, and when.
///
/// Sendable because each worker writes its own list, and these are read when the run is over.
package final class Trace: @unchecked Sendable {
  /// What a worker did.
  package enum Subject: Sendable, Hashable {
    /// One tile of a step.
    case tile(Int, step: Int)
    /// A part of an operation, by its place in the plan; inside a tile.
    case operation(Int)
  }

  /// From when to when a worker did something.
  package struct Event: Sendable {
    package let subject: Subject
    /// The place of the picture in its batch.
    package let picture: Int
    package let worker: Int
    /// The system's monotonic clock, in nanoseconds.
    package let start: UInt64
    package let end: UInt64
  }

  /// The events of one worker, in order.
  final class Lane {
    let worker: Int
    fileprivate(set) var events: [Event] = []

    /// The picture that the worker is at.
    fileprivate var picture = 0

    fileprivate init(worker: Int) {
      self.worker = worker
      events.reserveCapacity(Trace.expectedEvents)
    }

    /// Runs `body` and notes when.
    func record(_ subject: Subject, _ body: () -> Void) {
      let start = Trace.now()
      body()
      events.append(
        Event(subject: subject, picture: picture, worker: worker, start: start, end: Trace.now()))
    }
  }

  let lanes: [Lane]

  private init(lanes: [Lane]) {
    self.lanes = lanes
  }

  /// For a run of `picture` by one worker of several: its events alone.
  func lane(_ worker: Int, picture: Int) -> Trace {
    lanes[worker].picture = picture
    return Trace(lanes: [lanes[worker]])
  }

  /// For a run of `picture` by all workers, none of which is at another one.
  func shared(picture: Int) -> Trace {
    for lane in lanes { lane.picture = picture }
    return self
  }

  /// Growing would show in the times.
  private static let expectedEvents = 1 << 12

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
