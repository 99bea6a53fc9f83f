import CommandLineTool
import FastViT

/// What `tune` prints.
enum TuningReport {
  /// What was decided, and what it gains.
  ///
  /// - Parameter runs: what was run at the end.
  static func text(_ outcome: TuningOutcome, runs: String) -> String {
    var table = TextTable(
      .left("operation"), .right("share"), .left("choice"), .right("us"), .right("spread"),
      .right("rules"), .right("gain"))
    for entry in outcome.entries {
      let share = outcome.share(of: entry).map { decimals(100 * $0, 1) + " %" } ?? ""
      table.append([operations(entry), share, entry.choice.description] + times(entry))
    }
    let (before, after) = (outcome.standard, outcome.tuned)
    let gain = 100 * (1 - after.median / before.median)
    var lines = [
      table.rendered(),
      "\(runs), in turns: \(milliseconds(before.median)) ms (spread "
        + "\(milliseconds(before.deviation))) by the rules, \(milliseconds(after.median)) ms "
        + "(spread \(milliseconds(after.deviation))) as decided, \(decimals(gain, 1)) % gained",
    ]
    if outcome.undecided > 0 {
      lines.append("no time for \(count(outcome.undecided, "decision")): go on with --resume")
    }
    return lines.joined(separator: "\n")
  }

  /// A profile as a table.
  static func text(_ profile: TuningProfile) -> String {
    let header = profile.profile.header
    var table = TextTable(
      .left("operation"), .left("isa"), .right("threads"), .left("choice"), .right("us"),
      .right("spread"), .right("rules"), .right("gain"), .right("samples"))
    for entry in profile.profile.entries {
      table.append(
        [
          operations(entry), entry.key.instructionSet.rawValue, "\(entry.key.workers)",
          entry.choice.description,
        ] + times(entry) + ["\(entry.samples)"])
    }
    let title =
      "\(header.cpu), \(header.caches.joined(separator: ", ")), \(count(header.cores, "core")), "
      + "\(header.toolchain), catalogue \(header.catalogue)"
    let undecided = profile.profile.undecided
    let samples = undecided.reduce(0) { $0 + $1.count }
    let rest =
      undecided.isEmpty
      ? ""
      : "\n\nnot decided yet: \(count(undecided.count, "decision")) with "
        + count(samples, "measurement")
    return title.printable + "\n\n" + String(table.rendered().dropLast()) + rest
  }

  /// What the rules choose.
  static func text(_ choices: [KernelChoice]) -> String {
    var table = TextTable(.left("operation"), .right("times"), .left("kernels by the rules"))
    for choice in choices {
      table.append(
        choice.problem, "\(choice.count)",
        choice.kernels.isEmpty ? "none" : choice.kernels.joined(separator: ", "))
    }
    return String(table.rendered().dropLast())
  }

  private static func operations(_ entry: TuningEntry) -> String {
    entry.key.operations.map(\.description).joined(separator: " → ")
  }

  private static func times(_ entry: TuningEntry) -> [String] {
    [entry.time, entry.spread, entry.defaultTime].map { decimals($0 / 1e3, 1) }
      + [decimals(100 * (1 - entry.time / max(entry.defaultTime, .ulpOfOne)), 1) + " %"]
  }

  private static func milliseconds(_ nanoseconds: Double) -> String {
    decimals(nanoseconds / 1e6, 3)
  }
}

extension TuningEntry {
  /// By which part the rules' choice is slower.
  var regret: Double { defaultTime / time - 1 }
}
