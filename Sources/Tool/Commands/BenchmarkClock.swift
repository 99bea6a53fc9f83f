import FastViTCommandLine

/// Measures how much of a time limit has passed, and shows it as a progress bar.
struct BenchmarkClock {
  private let duration: Duration
  private let start = ContinuousClock.now
  private let progress: ProgressBar
  private var shown = 0

  private static let step = Duration.milliseconds(100)

  /// A clock that starts now.
  init(seconds: Double) {
    duration = .seconds(seconds)
    progress = ProgressBar("measuring", total: Int((duration / Self.step).rounded(.up)))
  }

  /// Whether there is time left. Removes the bar when there is none.
  mutating func goesOn() -> Bool {
    let elapsed = start.duration(to: .now)
    guard elapsed < duration else {
      finish()
      return false
    }
    let steps = Int(elapsed / Self.step)
    progress.advance(by: steps - shown)
    shown = steps
    return true
  }

  /// Removes the bar before the time is over.
  func finish() { progress.finish() }
}
