import FastViT
import FastViTCommandLine
import Foundation

/// `fastvit tune`: measures candidates, and writes, shows and merges tuning profiles.
struct TuneCommand: Command {
  private enum Request: Sendable {
    case estimate
    case measure(output: String?)
    case show(String)
    case merge([String], output: String)
  }

  /// What is measured.
  private enum Source: Sendable {
    case network
    case shapes(String)
  }

  private let request: Request
  private let source: Source
  private let weights: WeightsSource
  private let variant: Variant?
  private let size: PixelSize
  private let batch: Int
  private let threads: Int?
  private let instructionSet: VectorInstructions
  private let level: TuningLevel
  private let seconds: Double
  private let isResuming: Bool
  private let isCheck: Bool
  private let tolerance: Double

  /// Choices that count as the default instead of those of the rules; for tests.
  var standard = PlanChoices()

  /// The fraction of the time that an operation must take to count in a check.
  private static let leastShare = 0.02

  init(_ arguments: ParsedArguments) throws(UsageError) {
    weights = arguments[Self.weights]
    variant = arguments[ModelArguments.variant]
    size = arguments[ModelArguments.size]
    batch = arguments[Self.batch]
    threads = arguments[ModelArguments.threads]
    instructionSet = arguments[ModelArguments.instructionSet]
    level = arguments[Self.level]
    seconds = arguments[Self.timeLimit]
    isResuming = arguments[Self.resume]
    isCheck = arguments[Self.check]
    tolerance = arguments[Self.tolerance]
    source = try Self.source(arguments)
    request = try Self.request(arguments)
    let pixels = batch * size.height * size.width
    guard pixels <= ModelArguments.mostPixels else {
      throw UsageError(
        "'--batch' and '--size' make \(pixels) pixels, expected at most "
          + "\(ModelArguments.mostPixels)")
    }
  }

  private static func source(_ arguments: ParsedArguments) throws(UsageError) -> Source {
    guard let shapes = arguments[shapes] else { return .network }
    let others: [any CommandParameter] = [
      ModelArguments.variant, weights, ModelArguments.size, batch,
    ]
    for other in others where arguments.isGiven(other) {
      throw UsageError("'--shapes' and '\(other.declaration.name)' exclude each other")
    }
    return .shapes(shapes)
  }

  private static func request(_ arguments: ParsedArguments) throws(UsageError) -> Request {
    let files = arguments[files]
    let output = arguments[output]
    let requests = [arguments[show], arguments[merge], arguments[check]].count { $0 }
    guard requests <= 1 else {
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
        throw UsageError("found no folder for a profile: missing option '--output FILE'")
      }
      return .measure(output: path)
    }
    guard output == nil, requests == 0, !arguments[resume] else {
      throw UsageError("'--level estimate' measures nothing: no check and no profile")
    }
    return .estimate
  }

  func run(to output: inout some TextOutputStream) throws(CommandFailure) {
    switch request {
    case .estimate: print(TuningReport.text(try choices()), to: &output)
    case .measure(let path):
      try measure(into: path, to: &output)
    case .show(let path):
      let profile = try reportingFailure { () throws(FastViTError) in
        try TuningProfile(contentsOf: path)
      }
      StandardError.warn(profile.warnings)
      print(TuningReport.text(profile), to: &output)
    case .merge(let paths, let target):
      try reportingFailure { () throws(FastViTError) in
        try TuningProfile.merge(paths, to: target)
      }
    }
  }

  /// The choices of the rules.
  private func choices() throws(CommandFailure) -> [KernelChoice] {
    switch source {
    case .network:
      try ModelArguments.network(weights, variant).variant.kernelChoices(
        height: size.height, width: size.width, on: instructionSet)
    case .shapes(let path):
      try reportingFailure { () throws(FastViTError) in
        try ShapeFile.read(path).map { KernelChoice($0, on: instructionSet) }
      }
    }
  }

  /// What is measured, its title in the output, and the name of the final runs.
  private func subject() throws(CommandFailure) -> (Tuner.Subject, title: String, runs: String) {
    switch source {
    case .network:
      let network = try ModelArguments.network(weights, variant)
      return (
        .network(network, height: size.height, width: size.width, batch: batch),
        "\(network.variant), weights \(network.source), \(size) pixels, batch \(batch)",
        "whole runs" + (batch > 1 ? " of \(batch) images" : "")
      )
    case .shapes(let path):
      let operations = try reportingFailure { () throws(FastViTError) in
        try MeasurableProblems(ShapeFile.read(path), named: path, on: instructionSet)
      }
      if let warning = operations.warning { StandardError.warn([warning]) }
      let title = "\(path), \(count(operations.problems.count, "operation"))"
      return (.operations(operations), title, "all operations, each alone")
    }
  }

  private func measure(
    into path: String?, to output: inout some TextOutputStream
  ) throws(CommandFailure) {
    let (subject, title, runs) = try subject()
    if let path { try makeFolder(of: path) }
    let tuner = Tuner(
      subject, instructionSet: instructionSet, threads: threads, level: level, seconds: seconds)
    let interruption = Interruption()
    let progress = TuningProgressBar()
    let outcome = try reportingFailure { () throws(FastViTError) in
      defer { progress.finish() }
      return try tuner.run(
        into: path, resuming: isResuming, standard: standard, isInterrupted: interruption.check,
        warn: { StandardError.warn([$0]) }, report: progress.show)
    }
    let heading = "\(title), \(instructionSet), level \(level.rawValue)"
    print(heading.printable + "\n\n" + TuningReport.text(outcome, runs: runs), to: &output)
    if let path { print("profile: \(path.printable)", to: &output) }
    if isCheck { try check(outcome) }
  }

  private func check(_ outcome: TuningOutcome) throws(CommandFailure) {
    let mistakes = outcome.mistakes(tolerance: tolerance / 100, share: Self.leastShare)
    guard let worst = mistakes.max(by: { $0.regret < $1.regret }) else {
      guard outcome.undecided == 0 else {
        throw CommandFailure(
          .checkFailed,
          "the check is incomplete: no time for \(count(outcome.undecided, "decision")), expected a longer "
            + "'--time-limit'")
      }
      return
    }
    throw CommandFailure(
      .checkFailed,
      "the rules are more than \(decimals(tolerance, 1)) % slower for "
        + "\(count(mistakes.count, "operation")), most for "
        + "\(worst.key.operations.map(\.description).joined(separator: " ")): "
        + "\(decimals(100 * worst.regret, 1)) %, where \(worst.choice) is the best")
  }

  /// Creates the folder of this machine's own profile where it does not exist.
  private func makeFolder(of path: String) throws(CommandFailure) {
    guard path == TuningProfile.automaticPath else { return }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw CommandFailure(.cannotCreate, "\(folder.path): cannot be created, expected a folder")
    }
  }
}
