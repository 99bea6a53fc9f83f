import Dispatch
import Scheduler

extension DispatchQueue {
  /// Does long work for a task, on this queue: the task is suspended meanwhile, so that no thread of
  /// Swift's cooperative pool waits.
  ///
  /// - Parameter body: gets a flag that is set when the task is cancelled, also where that was before
  ///   it began.
  func run<Result: Sendable>(
    _ body: @escaping @Sendable (CancellationFlag) throws -> Result
  ) async throws -> Result {
    let cancellation = CancellationFlag()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        async { continuation.resume(with: Swift.Result { try body(cancellation) }) }
      }
    } onCancel: {
      cancellation.cancel()
    }
  }
}
