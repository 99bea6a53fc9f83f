import Dispatch
import Foundation
import Synchronization

/// Notes that a person or a job's manager asks the process to end, instead of ending it; a second time
/// ends it.
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
    for (number, source) in zip(Self.signals, sources) {
      source.setEventHandler { [flag] in
        // Relaxed: nothing else is told by it.
        guard flag.isSet.exchange(true, ordering: .relaxed) else { return }
        // As shells write the end by a signal.
        _exit(128 + number)
      }
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
