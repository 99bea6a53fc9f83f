import Synchronization

/// Tells a run that its caller no longer wants the result.
///
/// Any thread may set the flag. The running thread reads it wherever it can stop: between images and
/// between steps.
package final class CancellationFlag: Sendable {
  private let isSet = Atomic<Bool>(false)

  /// A flag that is not set.
  package init() {}

  /// Asks the run to stop. A second call changes nothing.
  package func cancel() {
    // Relaxed, here and below: no other memory is published with the flag.
    isSet.store(true, ordering: .relaxed)
  }

  /// Whether the run was asked to stop.
  package var isCancelled: Bool { isSet.load(ordering: .relaxed) }

  /// Throws `CancellationError` if the run was asked to stop.
  package func check() throws(CancellationError) {
    if isCancelled { throw CancellationError() }
  }
}
