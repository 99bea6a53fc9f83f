import Dispatch
import Synchronization

/// The state of one run after another, and the way in for Dispatch's threads.
///
/// A team has a list of them, as many as runs have ever gone on at once. Taken and left by atomics
/// rather than under a lock: the thread sanitizer knows nothing of the standard library's `Mutex`.
final class Entrance: Sendable {
  let run: TeamRun

  /// A source a helper: data added to a source is no memory, unlike a block put in a queue, and a call
  /// that Dispatch has not answered yet is answered once, however often it is made.
  ///
  /// Safe because all threads may use Dispatch's objects.
  private nonisolated(unsafe) let sources: [any DispatchSourceUserDataAdd]

  private let isTaken = Atomic<Bool>(false)
  private let next = AtomicLazyReference<Entrance>()

  /// An entrance for runs of `workerCount` workers who wait with `patience`; helpers are threads of
  /// `queue`.
  init(workerCount: Int, patience: Patience, queue: DispatchQueue) {
    let run = TeamRun(workerCount: workerCount, patience: patience)
    self.run = run
    sources = (1..<workerCount).map { _ in
      let source = DispatchSource.makeUserDataAddSource(queue: queue)
      source.setEventHandler { run.help() }
      source.activate()
      return source
    }
  }

  /// Takes the first of the list, which begins at `list`, that no run has; `make` lengthens it.
  static func take(
    from list: borrowing AtomicLazyReference<Entrance>, orMake make: () -> Entrance
  ) -> Entrance {
    let entrance = list.load() ?? list.storeIfNil(make())
    // Acquires what the run before has left.
    let wasTaken = entrance.isTaken.exchange(true, ordering: .acquiring)
    return wasTaken ? take(from: entrance.next, orMake: make) : entrance
  }

  /// Lets the next run have it.
  func leave() {
    // Releases the state to it.
    isTaken.store(false, ordering: .releasing)
  }

  /// Asks Dispatch for `count` helpers, one fewer than workers at most.
  func call(_ count: Int) {
    for source in sources[..<count] { source.add(data: 1) }
  }
}
