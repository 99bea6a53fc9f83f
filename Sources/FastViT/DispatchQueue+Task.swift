import Dispatch
import Scheduler
import Synchronization

extension DispatchQueue {
  /// Does long work for a task, on this queue: the task is suspended meanwhile, so that no thread of
  /// Swift's cooperative pool waits.
  ///
  /// - Parameter body: gets a flag that is set when the task is cancelled. Where that was before it
  ///   began, it is not called.
  /// - Throws: what `body` throws; `CancellationError` where the task is cancelled before the queue comes
  ///   to it, without waiting for what is in front.
  func run<Result: Sendable>(
    _ body: @escaping @Sendable (CancellationFlag) throws -> Result
  ) async throws -> Result {
    let cancellation = CancellationFlag()
    let task = SuspendedTask<Result>()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        task.suspend(continuation)
        async { task.take()?.resume(with: Swift.Result { try body(cancellation) }) }
        // The handler below has found nobody if it came before the task was suspended.
        if cancellation.isCancelled { task.take()?.resume(throwing: CancellationError()) }
      }
    } onCancel: {
      cancellation.cancel()
      task.take()?.resume(throwing: CancellationError())
    }
  }
}

/// A task that waits for its turn: whoever takes it first resumes it, the queue or the cancellation.
private final class SuspendedTask<Result: Sendable>: Sendable {
  private let continuation = Mutex<CheckedContinuation<Result, any Error>?>(nil)

  func suspend(_ continuation: CheckedContinuation<Result, any Error>) {
    self.continuation.withLock { $0 = continuation }
  }

  /// The task, once; nil for all who come later.
  func take() -> CheckedContinuation<Result, any Error>? {
    continuation.withLock { $0.take() }
  }
}
