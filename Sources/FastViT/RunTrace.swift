import FastViTExecution

/// What the workers of a session did in one run, and when.
///
/// Times are nanoseconds of the system's monotonic clock.
package struct RunTrace: Sendable {
  /// One call of a layer's kernels, on some rows or channels of a task.
  package struct Part: Sendable {
    /// The index of the layer among the session's layers.
    package let layer: Int
    /// The time when the call started.
    package let start: UInt64
    /// The time when the call ended.
    package let end: UInt64

    /// The duration.
    package var nanoseconds: Double { Double(end - start) }
  }

  /// One task of a step as a worker ran it.
  package struct TaskEvent: Sendable {
    /// The number of the worker, from zero.
    package let worker: Int
    /// The index of the step among the session's steps.
    package let step: Int
    /// The index of the task among the step's tasks.
    package let index: Int
    /// The time when the task started.
    package let start: UInt64
    /// The time when the task ended.
    package let end: UInt64
    /// The parts in order of time; they do not overlap and lie within the time of the task.
    package let parts: [Part]

    /// The duration.
    package var nanoseconds: Double { Double(end - start) }
  }

  /// The time when the run was called.
  package let start: UInt64

  /// The time when the run returned.
  package let end: UInt64

  /// The tasks of all workers, grouped by worker and in order of time for each.
  package let tasks: [TaskEvent]

  /// The duration of the whole run.
  package var nanoseconds: Double { Double(end - start) }

  /// The run from `start` to `end`, made from the executor's events. These are grouped by worker,
  /// and the event of a task follows those of the operations inside the task.
  init(_ events: [Trace.Event], start: UInt64, end: UInt64) {
    self.start = start
    self.end = end
    var parts: [Part] = []
    var tasks: [TaskEvent] = []
    for event in events {
      switch event.subject {
      case .operation(let layer):
        parts.append(Part(layer: layer, start: event.start, end: event.end))
      case .task(let index, let step):
        tasks.append(
          TaskEvent(
            worker: event.worker, step: step, index: index, start: event.start, end: event.end,
            parts: parts))
        parts = []
      }
    }
    self.tasks = tasks
  }
}
