import Dispatch
import FastViTScheduler
import Synchronization

extension DispatchQueue {
  /// Runs long work of a Swift task on this queue. The task is suspended meanwhile, so no thread of
  /// Swift's cooperative pool waits.
  ///
  /// - Parameter body: the work. Its argument is a flag that is set when the task is cancelled. A
  ///   task that is cancelled before the work starts never calls it.
  /// - Throws: what `body` throws; `CancellationError` where the task is cancelled before the work
  ///   starts, without waiting for earlier work of the queue.
  func run<Result: Sendable>(
    _ body: @escaping @Sendable (CancellationFlag) throws -> Result
  ) async throws -> Result {
    let cancellation = CancellationFlag()
    let task = SuspendedTask<Result>()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        task.suspend(continuation)
        async { task.take()?.resume(with: Swift.Result { try body(cancellation) }) }
        // The handler below has resumed nothing if it ran before the task was suspended.
        if cancellation.isCancelled { task.take()?.resume(throwing: CancellationError()) }
      }
    } onCancel: {
      cancellation.cancel()
      task.take()?.resume(throwing: CancellationError())
    }
  }
}

/// A suspended Swift task. The queue and the cancellation handler both try to take it; the first one
/// resumes it.
private final class SuspendedTask<Result: Sendable>: Sendable {
  private let continuation = Mutex<CheckedContinuation<Result, any Error>?>(nil)

  func suspend(_ continuation: CheckedContinuation<Result, any Error>) {
    self.continuation.withLock { $0 = continuation }
  }

  /// The continuation at the first call; nil at every later one.
  func take() -> CheckedContinuation<Result, any Error>? {
    continuation.withLock { $0.take() }
  }
}
