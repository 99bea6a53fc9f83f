import CommandLineTool
import FastViT
import Foundation

/// `fastvit tune`: measures candidates, and looks after the profiles that come of it.
struct TuneCommand: Command {
  private enum Task: Sendable {
    case estimate
    case measure(output: String?)
    case show(String)
    case merge([String], output: String)
  }

  private let task: Task
  private let weights: WeightsSource
  private let variant: Variant?
  private let size: PixelSize
  private let threads: Int?
  private let instructionSet: InstructionSet
  private let level: TuningLevel
  private let seconds: Double
  private let isResuming: Bool
  private let isCheck: Bool
  private let tolerance: Double

  /// What counts as the default beside the rules; for tests.
  var standard = PlanChoices()

  /// The part of the time that an operation must take to count in a check.
  private static let leastShare = 0.02

  init(_ arguments: ParsedArguments) throws(UsageError) {
    weights = arguments[Self.weights]
    variant = arguments[ModelArguments.variant]
    size = arguments[ModelArguments.size]
    threads = arguments[ModelArguments.threads]
    instructionSet = arguments[ModelArguments.instructionSet]
    level = arguments[Self.level]
    seconds = arguments[Self.timeLimit]
    isResuming = arguments[Self.resume]
    isCheck = arguments[Self.check]
    tolerance = arguments[Self.tolerance]
    task = try Self.task(arguments)
  }

  private static func task(_ arguments: ParsedArguments) throws(UsageError) -> Task {
    let files = arguments[files]
    let output = arguments[output]
    let tasks = [arguments[show], arguments[merge], arguments[check]].count { $0 }
    guard tasks <= 1 else {
      throw UsageError("'--show', '--merge' and '--check' exclude each other")
    }
    if arguments[show] {
      guard files.count == 1, output == nil else {
        throw UsageError("'--show' takes one file and no '--output'")
      }
      return .show(files[0])
    }
    if arguments[merge] {
      guard !files.isEmpty, let output else {
        throw UsageError("'--merge' takes files and '--output'")
      }
      return .merge(files, output: output)
    }
    if let file = files.first {
      throw UsageError("unexpected argument '\(file)' without '--show' or '--merge'")
    }
    guard arguments[level] == .estimate else {
      if arguments[check] {
        guard output != nil || !arguments[resume] else {
          throw UsageError("'--check' resumes nothing without '--output'")
        }
        return .measure(output: output)
      }
      guard let path = output ?? TuningProfile.automaticPath else {
        throw UsageError("there is no home for a profile: missing option '--output FILE'")
      }
      return .measure(output: path)
    }
    guard output == nil, tasks == 0, !arguments[resume] else {
      throw UsageError("'--level estimate' measures nothing: no check and no profile")
    }
    return .estimate
  }

  func run(to output: inout some TextOutputStream) throws(CommandFailure) {
    switch task {
    case .estimate:
      let choices = try ModelArguments.network(weights, variant).variant.kernelChoices(
        height: size.height, width: size.width, on: instructionSet)
      print(TuningReport.text(choices), to: &output)
    case .measure(let path):
      try measure(into: path, to: &output)
    case .show(let path):
      let profile = try reportingFailure { () throws(FastViTError) in
        try TuningProfile(contentsOf: path)
      }
      ProfileArguments.warn(profile.warnings)
      print(TuningReport.text(profile), to: &output)
    case .merge(let paths, let target):
      try reportingFailure { () throws(FastViTError) in
        try TuningProfile.merge(paths, to: target)
      }
    }
  }

  private func measure(
    into path: String?, to output: inout some TextOutputStream
  ) throws(CommandFailure) {
    let network = try ModelArguments.network(weights, variant)
    if let path { try makeFolder(of: path) }
    let tuner = Tuner(
      network, instructionSet: instructionSet, threads: threads, height: size.height,
      width: size.width, level: level, seconds: seconds)
    let interruption = Interruption()
    let progress = TuningProgressBar()
    let outcome = try reportingFailure { () throws(FastViTError) in
      defer { progress.finish() }
      return try tuner.run(
        into: path, resuming: isResuming, standard: standard, isInterrupted: interruption.check,
        report: progress.show)
    }
    let title =
      "\(network.variant), weights \(network.source), \(size) pixels, \(instructionSet), "
      + "level \(level.rawValue)"
    print(title.printable + "\n\n" + TuningReport.text(outcome), to: &output)
    if let path { print("profile: \(path.printable)", to: &output) }
    if isCheck { try check(outcome) }
  }

  private func check(_ outcome: TuningOutcome) throws(CommandFailure) {
    let mistakes = outcome.mistakes(tolerance: tolerance / 100, share: Self.leastShare)
    guard let worst = mistakes.max(by: { $0.regret < $1.regret }) else { return }
    throw CommandFailure(
      .checkFailed,
      "the rules are more than \(decimals(tolerance, 1)) % slower for "
        + "\(count(mistakes.count, "operation")), most for "
        + "\(worst.key.operations.map(\.description).joined(separator: " ")): "
        + "\(decimals(100 * worst.regret, 1)) %, where \(worst.choice) is the best")
  }

  /// Makes the folder of the machine's own profile where it does not exist.
  private func makeFolder(of path: String) throws(CommandFailure) {
    guard path == TuningProfile.automaticPath else { return }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw CommandFailure(.cannotCreate, "\(folder.path): cannot be made, expected a folder")
    }
  }
}

/// A progress bar for a time limit.
private struct TuningProgressBar {
  private let bar = ProgressBar("tune", total: Self.steps)
  private var shown = Shown()

  private final class Shown {
    var steps = 0
  }

  private static let steps = 1000

  func show(_ progress: TuningProgress) {
    let steps = Int(progress.elapsed * Double(Self.steps))
    let best = progress.defaultTime * (1 - progress.gain) / 1e6
    bar.advance(
      by: steps - shown.steps,
      note: "best \(decimals(best, 2)) ms, \(decimals(100 * progress.gain, 1)) % gained")
    shown.steps = steps
  }

  func finish() { bar.finish() }
}
