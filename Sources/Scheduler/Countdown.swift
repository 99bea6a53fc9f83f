import Dispatch
import Synchronization

/// A number of things that several threads finish and one thread waits for.
struct Countdown: ~Copyable, Sendable {
  private let gapBefore = CacheLineGap()
  /// Twice the number unfinished, plus one while the waiting thread sleeps.
  private let word = Atomic<Int>(0)
  private let gapAfter = CacheLineGap()
  private let semaphore = DispatchSemaphore(value: 0)

  /// Starts to count down from `count`. For the thread that waits, while nothing is unfinished.
  func start(_ count: Int) {
    // Relaxed: published together with the step, or the end of the run, that the count belongs to.
    word.store(2 * count, ordering: .relaxed)
  }

  /// Counts `count` things as finished.
  func finish(_ count: Int) {
    // Releases what the tasks wrote to the waiting thread; subtractions by other threads, being
    // exchanges, continue the release sequence.
    let left = word.wrappingSubtract(2 * count, ordering: .releasing).newValue
    if left == 1 { semaphore.signal() }
  }

  /// Returns when everything is finished.
  func wait(_ patience: Patience) {
    // Acquires what all finishing threads released.
    if patience.spin(until: { word.load(ordering: .acquiring) == 0 }) { return }
    // Either this finds nothing unfinished, and no thread signals, or the last thread to finish sees
    // the bit and signals.
    let found = word.bitwiseOr(1, ordering: .acquiring).oldValue
    if found == 0 { return }
    semaphore.wait()
    // The semaphore only says that all is finished; this load acquires what the threads released.
    let left = word.load(ordering: .acquiring)
    precondition(left == 1, "woken with things unfinished")
  }
}

/// Padding that keeps words that different threads write on different cache lines.
///
/// 128 bytes: x86 fetches its lines of 64 bytes in pairs, and some Arm cores have lines of 128.
struct CacheLineGap: Sendable {
  private let bytes = InlineArray<16, UInt64>(repeating: 0)
}
