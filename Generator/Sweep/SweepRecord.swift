import Foundation

/// What a sweep leaves under `Benchmarks/Records`: how it was made, what became of the tiles, and the
/// ranking.
struct SweepRecord {
  let sweep: SweepPlan
  /// The family of all tiles.
  let family: SweepOptions.Family
  /// The instruction set that was asked for.
  let instructionSet: String
  /// The command line.
  let command: String
  /// The repository's commit; nil where git does not say.
  let commit: String?
  /// Year, month and day: `2026-10-31`.
  let day: String
  /// What `fastvit-bench rank` printed, a Markdown text from its second-level titles on.
  let ranking: String

  /// The whole file.
  var text: String {
    let subject = "\(family.rawValue) kernels of \(instructionSet)"
    let made = commit.map { " at commit \($0)" } ?? ""
    return """
      # Sweep of \(subject), \(day)

      `\(command)`\(made)

      ## Tiles

      \(tiles)
      \(ranking)
      """
  }

  private var tiles: String {
    var text = "Tried: \(sweep.candidates.count), on problems: \(sweep.problems.count)."
    text += "\nIn the catalogue already: \(sweep.known.count)"
    text += sweep.known.isEmpty ? "" : " (" + sweep.known.joined(separator: ", ") + ")"
    text += ".\nRefused by the generator: \(sweep.refused.count)"
    guard !sweep.refused.isEmpty else { return text + ".\n" }
    return text + ":\n\n```text\n" + sweep.refused.map { "\($0)\n" }.joined() + "```\n"
  }

  /// A path in `folder` that no file has yet: a record is never overwritten.
  func path(in folder: String) -> String {
    let name = folder + "/sweep-\(day)-\(family.rawValue)-\(instructionSet)"
    var path = name + ".md"
    var number = 2
    while FileManager.default.fileExists(atPath: path) {
      path = name + "-\(number).md"
      number += 1
    }
    return path
  }
}
