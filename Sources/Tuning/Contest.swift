import FastViTExecution
import FastViTMeasurement

/// The comparison of the candidates for one decision.
struct Contest {
  private(set) var measurements: Measurements

  /// The candidates that can still win, in ascending order.
  private(set) var running: [Int]

  /// The fewest samples of a candidate that say anything.
  static let leastSamples = 8

  /// Standard errors within which two medians are taken to be equal.
  private static let confidence = 3.0

  /// - Parameters:
  ///   - list: the candidates, the rules' first.
  ///   - known: what was measured before, of these candidates and perhaps of others.
  init(_ list: CandidateList, known: Measurements? = nil) {
    var measurements = Measurements(list)
    running = Array(list.choices.indices)
    if let known {
      let places = measurements.include(known.list.choices)
      for (place, samples) in zip(places, known.samples) {
        for sample in samples { measurements.record(place, nanoseconds: sample) }
      }
    }
    self.measurements = measurements
  }

  var subject: TuningEntry.Subject { measurements.list.subject }

  /// The candidates; the first is what the rules choose.
  var candidates: [TuningChoice] { measurements.list.choices }

  private var samples: [[Double]] { measurements.samples }

  /// One of the candidates with the fewest samples, at random.
  func draw(using random: inout some RandomNumberGenerator) -> Int {
    let fewest = completeSamples
    let candidates = running.filter { samples[$0].count == fewest }
    return candidates.randomElement(using: &random) ?? 0
  }

  /// Whether nothing was measured since the contest was made. Then no step of the runs has the operations of
  /// the subject.
  private(set) var isSilent = true

  /// Takes a measurement of `candidate`.
  mutating func record(_ candidate: Int, nanoseconds: Double) {
    isSilent = false
    measurements.record(candidate, nanoseconds: nanoseconds)
  }

  /// The number of samples that every candidate that can still win has.
  var completeSamples: Int { running.map { samples[$0].count }.min() ?? 0 }

  /// Drops candidates that are slower than the best by more than chance explains. The rules' choice is never
  /// dropped, because the winner is compared with it in the same runs.
  mutating func drop() {
    let summaries = summaries(of: running)
    guard let best = summaries.min(by: { $0.summary.median < $1.summary.median }) else { return }
    let limit = best.summary.median + Self.margin(best.summary)
    let hopeless = summaries.filter { $0.summary.median - Self.margin($0.summary) > limit }
    running.removeAll { index in index != 0 && hopeless.contains { $0.index == index } }
  }

  /// The decision so far: the fastest candidate, or the rules' choice where it is slower by no more than chance
  /// explains; nil while too little is measured.
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

  /// Summaries of those candidates that have enough samples.
  private func summaries(of indices: [Int]) -> [(index: Int, summary: Summary)] {
    indices.filter { samples[$0].count >= Self.leastSamples }.map { ($0, Summary(samples[$0])) }
  }

  /// How far a median may be from the truth by chance.
  private static func margin(_ summary: Summary) -> Double {
    // 1.4826 times its median absolute deviation is the standard deviation of a normal distribution.
    confidence * 1.4826 * summary.deviation / Double(summary.count).squareRoot()
  }
}
