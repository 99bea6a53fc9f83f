import FastViTMeasurement
import FastViTOperations

/// The kernels of several problems in the order of their times, by problem and by tile.
///
/// All ratios are to the time of the dispatcher's pick in the same repetition. A machine that changes
/// its speed does not change them.
struct Ranking: Sendable {
  /// One kernel on one problem.
  struct Entry: Sendable {
    /// The names of the kernels that it calls, joined by plus signs.
    let kernel: String

    /// The first kernel's name without its epilogue: `pointwise_f32_8x3v`.
    let tile: String
    let isPick: Bool
    let isCandidate: Bool

    /// Nanoseconds.
    let time: Summary

    /// The time divided by the pick's; over repetitions.
    let ratio: Summary

    /// Whether it lost to another kernel so often that it was not timed to the end.
    let isGivenUp: Bool

    /// Whether it is faster than the pick by more than the spread.
    var isClearlyFaster: Bool { !isGivenUp && ratio.median + ratio.deviation < 1 }
  }

  /// The kernels of one problem, fastest first, and those that were given up after all others.
  struct Problem: Sendable {
    let named: NamedProblem
    let entries: [Entry]
    let pick: Entry

    /// Nanoseconds that the pick takes for all occurrences of the problem in one run of the network.
    var weight: Double { Double(named.count) * pick.time.median }
  }

  /// One tile on all problems.
  struct Tile: Sendable {
    let name: String
    let isCandidate: Bool

    /// The time of all problems, with this tile for those that it can do and with the dispatcher's pick
    /// for the others, divided by the time with the picks alone.
    let ratio: Double

    /// Median absolute deviation of `ratio`, as if all problems deviated together.
    let deviation: Double

    /// How many problems it can do, and on how many of them no tile is faster.
    let problems: Int
    let wins: Int

    /// Whether it is faster than the picks by more than the spread.
    var isClearlyFaster: Bool { ratio + deviation < 1 }
  }

  let problems: [Problem]

  /// Fastest first.
  let tiles: [Tile]

  /// - Parameters:
  ///   - results: those without a pick are left out.
  ///   - candidates: the names of the kernels that are not in the catalogue.
  init(_ results: [ProblemResult], candidates: Set<String>) {
    problems = results.compactMap { Problem($0, candidates: candidates) }
    var names: [String] = []
    for entry in problems.flatMap(\.entries) where !names.contains(entry.tile) {
      names.append(entry.tile)
    }
    tiles = names.map { [problems] in Tile($0, on: problems) }.sorted { $0.ratio < $1.ratio }
  }
}

extension Ranking.Problem {
  fileprivate init?(_ result: ProblemResult, candidates: Set<String>) {
    guard let pick = result.measurements.first(where: \.isPick) else { return nil }
    let epilogue = result.named.problem.epilogue
    let entries = result.measurements.map { measurement in
      let first = String(measurement.kernel.prefix { $0 != "+" })
      return Ranking.Entry(
        kernel: measurement.kernel, tile: Self.tile(of: first, epilogue),
        isPick: measurement.isPick, isCandidate: candidates.contains(first),
        time: measurement.samples.summary,
        ratio: Summary(zip(measurement.samples.times, pick.samples.times).map { $0 / $1 }),
        isGivenUp: measurement.samples.repetitions.count < pick.samples.repetitions.count)
    }.sorted {
      $0.isGivenUp == $1.isGivenUp ? $0.ratio.median < $1.ratio.median : $1.isGivenUp
    }
    guard let own = entries.first(where: \.isPick) else { return nil }
    self.init(named: result.named, entries: entries, pick: own)
  }

  /// `pointwise_f32_8x3v_k4` of `pointwise_f32_8x3v_gelu_k4`.
  private static func tile(of kernel: String, _ epilogue: Epilogue) -> String {
    kernel.split(separator: "_").filter { $0 != epilogue.rawValue }.joined(separator: "_")
  }
}

extension Ranking.Tile {
  fileprivate init(_ name: String, on problems: [Ranking.Problem]) {
    var (ratio, deviation, whole) = (0.0, 0.0, 0.0)
    var (able, wins) = (0, 0)
    var isCandidate = false
    for problem in problems {
      whole += problem.weight
      guard let entry = problem.entries.first(where: { $0.tile == name }) else {
        ratio += problem.weight
        continue
      }
      ratio += problem.weight * entry.ratio.median
      deviation += problem.weight * entry.ratio.deviation
      able += 1
      if problem.entries[0].tile == name { wins += 1 }
      isCandidate = entry.isCandidate
    }
    self.init(
      name: name, isCandidate: isCandidate, ratio: ratio / whole, deviation: deviation / whole,
      problems: able, wins: wins)
  }
}
