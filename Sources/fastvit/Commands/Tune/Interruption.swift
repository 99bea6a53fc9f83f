import Dispatch
import Foundation
import Synchronization

/// Notes that a person or a job's manager asks the process to end, instead of ending it.
final class Interruption {
  private final class Flag: Sendable {
    let isSet = Atomic<Bool>(false)
  }

  private let flag = Flag()
  private let sources: [any DispatchSourceSignal]
  private static let signals = [SIGINT, SIGTERM]

  /// From now on, until it goes.
  init() {
    sources = Self.signals.map { number in
      signal(number, SIG_IGN)
      return DispatchSource.makeSignalSource(signal: number, queue: .global())
    }
    for source in sources {
      // Relaxed: nothing else is told by it.
      source.setEventHandler { [flag] in flag.isSet.store(true, ordering: .relaxed) }
      source.resume()
    }
  }

  deinit {
    for source in sources { source.cancel() }
    for number in Self.signals { signal(number, SIG_DFL) }
  }

  /// Whether it happened, for any thread.
  var check: @Sendable () -> Bool {
    { [flag] in flag.isSet.load(ordering: .relaxed) }
  }
}
