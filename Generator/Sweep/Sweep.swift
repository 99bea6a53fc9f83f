import Dispatch
import FastViTOperations
import Foundation

/// `kernelgen sweep`: makes kernels for tiles that the catalogue lacks, and times them among the
/// catalogue's.
enum Sweep {
  /// Runs the sweep that `words`, the words after the command's name, describe; `say` prints results,
  /// `complain` progress.
  static func run(
    _ words: [String], say: (String) -> Void, complain: (String) -> Void
  ) throws(SweepFailure) {
    guard !words.contains("--help"), !words.contains("-h") else { return say(SweepOptions.usage) }
    let options = try SweepOptions(words)
    let start = DispatchTime.now()
    let sweep = try SweepPlan(options, problems: problems(options.shapes))
    let repository = URL(fileURLWithPath: options.root ?? ".").standardizedFileURL.path
    if let obstacle = Kernelgen.whyNotRepository(repository) {
      throw SweepFailure(.usage, obstacle)
    }
    let package = SweepPackage(repository: repository)
    complain(
      "\(sweep.candidates.count) candidates, \(sweep.known.count) in the catalogue, "
        + "\(sweep.refused.count) refused; building them in \(package.root)")
    try package.write(sweep)
    let deadline = start + .seconds(options.timeLimit)
    try build(package, until: deadline, of: options)

    let left = Double(deadline.uptimeNanoseconds) - Double(DispatchTime.now().uptimeNanoseconds)
    complain("timing for at most \(Int(left * 1e-9)) s")
    let ranking = try ChildProcess.output([
      package.runner, "rank", "--shapes", package.shapes, "--isa",
      options.target.instructionSet.name, "--time-limit", "\(max(0, left * 1e-9))",
    ])
    guard ranking.status == 0 else {
      let code = SweepFailure.Code(rawValue: ranking.status) ?? .internal
      throw SweepFailure(code, "the kernels could not be ranked")
    }
    let record = SweepRecord(
      sweep: sweep, family: options.family,
      instructionSet: options.target.instructionSet.name,
      command: (["kernelgen", "sweep"] + words).joined(separator: " "), commit: commit(repository),
      day: today, ranking: ranking.text)
    complain("written to " + (try write(record, in: repository + "/Benchmarks/Records")))
    say(record.text)
  }

  private static func problems(_ path: String) throws(SweepFailure) -> [NamedProblem] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw SweepFailure(.noInput, "\(path): cannot be read, expected a file of problems")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw SweepFailure(.data, "\(path): found no UTF-8 text, expected a file of problems")
    }
    do throws(ProblemError) {
      return try NamedProblem.list(parsing: text)
    } catch {
      throw SweepFailure(.data, "\(path): \(error)")
    }
  }

  private static func build(
    _ package: SweepPackage, until deadline: DispatchTime, of options: SweepOptions
  ) throws(SweepFailure) {
    let status = try ChildProcess.run(
      [
        "swift", "build", "-c", "release", "--product", "fastvit-bench", "--package-path",
        package.root,
      ], until: deadline)
    guard let status else {
      throw SweepFailure(
        .notFinished, "the time limit of \(options.timeLimit) s ended during the build")
    }
    guard status == 0 else { throw SweepFailure(.internal, "the candidates do not compile") }
  }

  /// Writes the record under a name of its own and returns its path.
  private static func write(
    _ record: SweepRecord, in folder: String
  ) throws(SweepFailure) -> String {
    let path = record.path(in: folder)
    do {
      try Data(record.text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw SweepFailure(.cannotCreate, "\(path): \(error.localizedDescription)")
    }
    return path
  }

  /// The commit of the repository, marked where files differ from it.
  private static func commit(_ repository: String) -> String? {
    let git = ["git", "-C", repository, "describe", "--always", "--dirty", "--exclude=*"]
    guard let described = try? ChildProcess.output(git), described.status == 0 else { return nil }
    return described.text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private static var today: String {
    let day = Calendar(identifier: .gregorian).dateComponents([.year, .month, .day], from: Date())
    return String(format: "%04d-%02d-%02d", day.year ?? 0, day.month ?? 0, day.day ?? 0)
  }
}
