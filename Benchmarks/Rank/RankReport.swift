import FastViTCPU
import FastViTCommandLine
import FastViTMeasurement
import FastViTOperations

/// A ranking as a Markdown text: the machine, all problems together, each problem, and what follows.
struct RankReport {
  let ranking: Ranking
  let instructionSet: InstructionSet
  /// What the ranking was made of.
  let results: [ProblemResult]
  /// Problems that were not timed.
  let left: [NamedProblem]

  init(
    _ ranking: Ranking, _ instructionSet: InstructionSet, _ results: [ProblemResult],
    left: [NamedProblem]
  ) {
    self.ranking = ranking
    self.instructionSet = instructionSet
    self.results = results
    self.left = left
  }

  /// How many kernels are listed per problem; the pick is always among them.
  private static let listed = 8

  /// The whole text.
  var markdown: String {
    var sections = [machine, overall, byProblem]
    if ranking.tiles.contains(where: \.isCandidate) { sections.append(adopted) }
    return sections.joined(separator: "\n")
  }

  private var machine: String {
    var line = (Processor.current.name ?? "unknown processor") + ", " + instructionSet.name
    let peaks = results.compactMap(\.peak)
    if !peaks.isEmpty { line += ", peak \(decimals(Summary.median(peaks), 1)) GFLOP/s" }
    if !results.isEmpty {
      line += ", \(decimals(Summary.median(results.map(\.clock)), 2)) GHz"
    }
    return "## Machine\n\n\(line), one core.\n"
  }

  private var overall: String {
    var table = TextTable(
      .right("of picks"), .right("±"), .left("tile"), .left(""), .right("can do"),
      .right("is best of"))
    var isPickListed = false
    func listPicks() {
      guard !isPickListed else { return }
      isPickListed = true
      table.append("1.000", "", "the dispatcher's picks", "", "\(ranking.problems.count)", "")
    }
    for tile in ranking.tiles {
      if tile.ratio >= 1 { listPicks() }
      table.append(
        decimals(tile.ratio, 3), decimals(tile.deviation, 3), tile.name,
        tile.isCandidate ? "candidate" : "catalogue", "\(tile.problems)", "\(tile.wins)")
    }
    listPicks()
    var text = """
      ## All problems

      The time of all problems, as often as they occur, with each tile wherever it can do one and the
      dispatcher's pick elsewhere; ± is the median absolute deviation between repetitions.

      \(Self.fenced(table))
      """
    if !left.isEmpty {
      text += "\nThe time limit left out: " + Self.list(left.map { "`\($0)`" }) + ".\n"
    }
    return text
  }

  private var byProblem: String {
    var text = """
      ## By problem

      The \(Self.listed) fastest kernels and the pick. A kernel was given up when it was slower than the
      best one in each of \(Sampler.fewestRepetitions) repetitions or more.

      """
    for problem in ranking.problems {
      var table = TextTable(
        .right("of pick"), .right("±"), .right("µs"), .right("repetitions"), .left("kernel"),
        .left(""))
      for (place, entry) in problem.entries.enumerated()
      where place < Self.listed || entry.isPick {
        table.append(
          decimals(entry.ratio.median, 3), decimals(entry.ratio.deviation, 3),
          decimals(entry.time.median / 1000, 2), "\(entry.ratio.count)", entry.kernel,
          entry.isPick ? "pick" : entry.isCandidate ? "candidate" : "catalogue")
      }
      text += "\n`\(problem.named)`, \(problem.entries.count) kernels:\n\n" + Self.fenced(table)
    }
    return text
  }

  /// The candidates that may be adopted, or why there are none.
  private var adopted: String {
    let tiles = ranking.tiles.filter { $0.isCandidate && $0.isClearlyFaster }
    let single = ranking.problems.flatMap { problem in
      problem.entries.filter(\.isCandidate).prefix(1).map { (problem: problem, entry: $0) }
    }.sorted { $0.entry.ratio.median < $1.entry.ratio.median }
    let clear = single.filter(\.entry.isClearlyFaster)
    var text = "## Adopted\n\n"
    if tiles.isEmpty && clear.isEmpty {
      text += "Nothing, because no candidate is faster than the picks by more than the spread."
      if let best = ranking.tiles.first(where: \.isCandidate) {
        text += "\nThe best on all problems, `\(best.name)`, takes"
        text += " \(Self.measured(best.ratio, best.deviation)) of their time."
      }
      if let best = single.first {
        let problem = best.problem.named.problem
        text += "\nThe best on a single one, `\(best.entry.tile)` on `\(problem)`, takes"
        text += " \(Self.measured(best.entry.ratio.median, best.entry.ratio.deviation))."
      }
      return text + "\n"
    }
    text += "To be decided by hand. Faster than the picks by more than the spread:\n\n"
    for tile in tiles {
      text += "- `\(tile.name)` on all problems: \(Self.measured(tile.ratio, tile.deviation))\n"
    }
    for (problem, entry) in clear {
      text += "- `\(entry.tile)` on `\(problem.named.problem)`:"
      text += " \(Self.measured(entry.ratio.median, entry.ratio.deviation))\n"
    }
    return text
  }

  private static func measured(_ ratio: Double, _ deviation: Double) -> String {
    "\(decimals(ratio, 3)) ± \(decimals(deviation, 3))"
  }

  private static func fenced(_ table: TextTable) -> String {
    "```text\n\(table.rendered())```\n"
  }

  private static func list(_ items: [String]) -> String { items.joined(separator: ", ") }
}
