import Dispatch
import Synchronization

/// The state that one run after another uses, and the Dispatch sources that start its helpers.
///
/// A team keeps a list of these, as long as the largest number of runs that were active at the same
/// time. A run takes one with an atomic exchange rather than under a lock, because the thread
/// sanitizer does not understand the standard library's `Mutex`.
final class Entrance: Sendable {
  let state: CrewState

  /// One source per helper. Adding data to a source allocates nothing, unlike a block put in a queue,
  /// and several additions before Dispatch reacts start the helper once.
  ///
  /// Unsafe in name only: any thread may use Dispatch's objects.
  private nonisolated(unsafe) let sources: [any DispatchSourceUserDataAdd]

  private let isTaken = Atomic<Bool>(false)
  private let next = AtomicLazyReference<Entrance>()

  /// An entrance for runs of `workerCount` workers that wait with `patience`; helpers are threads of
  /// `queue`.
  init(workerCount: Int, patience: Patience, queue: DispatchQueue) {
    let state = CrewState(workerCount: workerCount, patience: patience)
    self.state = state
    sources = (1..<workerCount).map { _ in
      let source = DispatchSource.makeUserDataAddSource(queue: queue)
      source.setEventHandler { state.help() }
      source.activate()
      return source
    }
  }

  /// Takes the first free entrance of the list that begins at `list`; where all are taken, `make`
  /// adds one to the end.
  static func take(
    from list: borrowing AtomicLazyReference<Entrance>, orMake make: () -> Entrance
  ) -> Entrance {
    let entrance = list.load() ?? list.storeIfNil(make())
    // Acquires the state as the previous run released it.
    let wasTaken = entrance.isTaken.exchange(true, ordering: .acquiring)
    return wasTaken ? take(from: entrance.next, orMake: make) : entrance
  }

  /// Makes the entrance free for another run.
  func leave() {
    // Releases the state to that run.
    isTaken.store(false, ordering: .releasing)
  }

  /// Asks Dispatch to start `count` helpers; at most one fewer than there are workers.
  func call(_ count: Int) {
    for source in sources[..<count] { source.add(data: 1) }
  }
}
