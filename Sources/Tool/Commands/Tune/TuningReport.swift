import FastViT
import FastViTCommandLine

/// What `tune` prints.
enum TuningReport {
  /// The decisions and their gain.
  ///
  /// - Parameter runs: the name of the final runs.
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
      "\(runs), alternating: \(milliseconds(before.median)) ms (spread "
        + "\(milliseconds(before.deviation))) by the rules, \(milliseconds(after.median)) ms "
        + "(spread \(milliseconds(after.deviation))) as decided, \(decimals(gain, 1)) % gained",
    ]
    if outcome.undecided > 0 {
      lines.append("no time for \(count(outcome.undecided, "decision")): continue with --resume")
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
          operations(entry), entry.key.instructionSet.name, "\(entry.key.workers)",
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

  /// The choices of the rules as a table.
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
  /// How much longer the rules' choice takes, as a fraction of the best time.
  var regret: Double { defaultTime / time - 1 }
}

/// Shows how many decisions are made, how long the rest takes, and how much faster the decisions
/// are than the rules.
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
