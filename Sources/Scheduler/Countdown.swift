import Dispatch
import Synchronization

/// A number of things that several threads finish and one thread waits for.
struct Countdown: ~Copyable, Sendable {
  private let gapBefore = CacheLineGap()
  /// Twice the number unfinished, plus one while the waiting thread sleeps.
  private let word = Atomic<Int>(0)
  private let gapAfter = CacheLineGap()
  private let bed = DispatchSemaphore(value: 0)

  /// Counts from `count`. For the thread that waits, when nothing is unfinished.
  func start(_ count: Int) {
    // Relaxed: published together with the step (or the end) that the count belongs to.
    word.store(2 * count, ordering: .relaxed)
  }

  /// Takes `count` things as finished.
  func finish(_ count: Int) {
    // Releases what the tiles wrote to the waiting thread; subtractions by others, being exchanges,
    // continue the release sequence.
    let left = word.wrappingSubtract(2 * count, ordering: .releasing).newValue
    if left == 1 { bed.signal() }
  }

  /// Returns when everything is finished.
  func wait(_ patience: Patience) {
    // Acquires what all finishers released.
    if patience.spin(until: { word.load(ordering: .acquiring) == 0 }) { return }
    // Either this sees nothing unfinished, and nobody signals, or the last finisher sees the bit.
    let found = word.bitwiseOr(1, ordering: .acquiring).oldValue
    if found == 0 { return }
    bed.wait()
    // The semaphore says when; this acquires what the finishers released.
    let left = word.load(ordering: .acquiring)
    precondition(left == 1, "woken with things unfinished")
  }
}
