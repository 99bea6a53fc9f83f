import Dispatch
import Foundation
import Synchronization

/// Records the first SIGINT or SIGTERM instead of letting it end the process. A second signal ends
/// the process.
final class Interruption {
  private final class Flag: Sendable {
    let isSet = Atomic<Bool>(false)
  }

  private let flag = Flag()
  private let sources: [any DispatchSourceSignal]
  private static let signals = [SIGINT, SIGTERM]

  /// Handles the signals from now until this object is freed.
  init() {
    sources = Self.signals.map { number in
      signal(number, SIG_IGN)
      return DispatchSource.makeSignalSource(signal: number, queue: .global())
    }
    for (number, source) in zip(Self.signals, sources) {
      source.setEventHandler { [flag] in
        // Relaxed: no other memory is published with the flag.
        guard flag.isSet.exchange(true, ordering: .relaxed) else { return }
        // The exit status that shells report for a process that a signal ended.
        _exit(128 + number)
      }
      source.resume()
    }
  }

  deinit {
    for source in sources { source.cancel() }
    for number in Self.signals { signal(number, SIG_DFL) }
  }

  /// Returns whether a signal arrived; any thread may call it.
  var check: @Sendable () -> Bool {
    { [flag] in flag.isSet.load(ordering: .relaxed) }
  }
}
