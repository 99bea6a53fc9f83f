import Execution
import Measurement

/// The candidates for one decision and what was measured of them.
struct Contest {
  let subject: TuningEntry.Subject

  /// The first is what the rules choose.
  let candidates: [TuningChoice]

  /// Nanoseconds of each candidate.
  private var samples: [[Double]]

  /// The candidates that can still win, in ascending order.
  private(set) var running: [Int]

  /// Fewer samples say nothing.
  static let leastSamples = 8

  /// Standard errors of a median within which two are held to be equal.
  private static let confidence = 3.0

  /// - Parameter candidates: at least one, the rules' first.
  init(_ subject: TuningEntry.Subject, _ candidates: [TuningChoice]) {
    self.subject = subject
    self.candidates = candidates
    samples = [[Double]](repeating: [], count: candidates.count)
    running = Array(candidates.indices)
  }

  /// One of the candidates that were measured least, at random.
  func draw(using random: inout some RandomNumberGenerator) -> Int {
    let fewest = running.map { samples[$0].count }.min() ?? 0
    let candidates = running.filter { samples[$0].count == fewest }
    return candidates.randomElement(using: &random) ?? 0
  }

  /// Takes a measurement of `candidate`.
  mutating func record(_ candidate: Int, nanoseconds: Double) {
    samples[candidate].append(nanoseconds)
  }

  /// Whether nothing was measured at all: the operations never ran as the subject says.
  var isSilent: Bool { samples.allSatisfy(\.isEmpty) }

  /// Samples that every candidate has which can still win.
  var completeSamples: Int { running.map { samples[$0].count }.min() ?? 0 }

  /// Drops candidates that are slower than the best beyond what chance explains; never the rules' choice,
  /// which the winner is held against in the same runs.
  mutating func drop() {
    let summaries = summaries(of: running)
    guard let best = summaries.min(by: { $0.summary.median < $1.summary.median }) else { return }
    let limit = best.summary.median + Self.margin(best.summary)
    let hopeless = summaries.filter { $0.summary.median - Self.margin($0.summary) > limit }
    running.removeAll { index in index != 0 && hopeless.contains { $0.index == index } }
  }

  /// The decision so far: the fastest, or what the rules choose where that is not slower beyond what
  /// chance explains; nil while too little was measured.
  var entry: TuningEntry? {
    let summaries = summaries(of: Array(candidates.indices))
    guard let standard = summaries.first, standard.index == 0,
      let best = summaries.min(by: { $0.summary.median < $1.summary.median })
    else { return nil }
    let gain = standard.summary.median - best.summary.median
    let margin = Self.margin(standard.summary) + Self.margin(best.summary)
    let winner = gain > margin ? best : standard
    return TuningEntry(
      key: subject.key, choice: candidates[winner.index], time: winner.summary.median,
      spread: winner.summary.deviation, defaultTime: standard.summary.median,
      samples: winner.summary.count)
  }

  /// Of those with samples enough.
  private func summaries(of indices: [Int]) -> [(index: Int, summary: Summary)] {
    indices.filter { samples[$0].count >= Self.leastSamples }.map { ($0, Summary(samples[$0])) }
  }

  /// How far a median may be from the truth by chance.
  private static func margin(_ summary: Summary) -> Double {
    // A normal distribution's standard deviation for its median absolute deviation.
    confidence * 1.4826 * summary.deviation / Double(summary.count).squareRoot()
  }
}
