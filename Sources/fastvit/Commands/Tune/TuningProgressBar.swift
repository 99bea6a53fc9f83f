import CommandLineTool
import FastViT

/// How many decisions are made, how long the rest takes, and what they gain.
struct TuningProgressBar {
  private let bar: ProgressBar

  init(_ bar: ProgressBar = ProgressBar("tune", total: 0)) {
    self.bar = bar
  }

  func show(_ progress: TuningProgress) {
    let best = progress.defaultTime * (1 - progress.gain) / 1e6
    bar.show(
      progress.decided, of: progress.total, left: .seconds(progress.secondsLeft),
      note: "best \(decimals(best, 2)) ms, \(decimals(100 * progress.gain, 1)) % gained")
  }

  func finish() { bar.finish() }
}
