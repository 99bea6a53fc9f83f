import Synchronization

/// Tells a run that its caller no longer wants it.
///
/// Set by any thread, looked at by the running one wherever it can stop: between pictures, between
/// steps.
package final class CancellationFlag: Sendable {
  private let isSet = Atomic<Bool>(false)

  /// A flag that is not set.
  package init() {}

  /// Asks the run to stop; a second time changes nothing.
  package func cancel() {
    // Relaxed, here and below: the flag stands for itself and publishes nothing.
    isSet.store(true, ordering: .relaxed)
  }

  /// Whether the run was asked to stop.
  package var isCancelled: Bool { isSet.load(ordering: .relaxed) }

  /// Throws `CancellationError` if the run was asked to stop.
  package func check() throws(CancellationError) {
    if isCancelled { throw CancellationError() }
  }
}
