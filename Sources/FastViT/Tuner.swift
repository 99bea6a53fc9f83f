import FastViTExecution
import FastViTFiles
import FastViTNetwork
import FastViTOperations
import FastViTScheduler
import FastViTTuning

/// How many candidates are measured; see the module of tuning.
package typealias TuningLevel = FastViTTuning.TuningLevel
/// One decision and its measurements.
package typealias TuningEntry = FastViTTuning.TuningEntry
/// The progress of a campaign.
package typealias TuningProgress = Campaign.Progress
/// The result of a campaign.
package typealias TuningOutcome = Campaign.Outcome
/// Choices that override the built-in rules.
package typealias PlanChoices = FastViTExecution.PlanChoices

/// Measures which choices are fastest for a network, or for some operations, on a number of workers.
package struct Tuner: Sendable {
  /// A network or operations to tune.
  package enum Subject: Sendable {
    /// A network on batches of images, which the workers share as in a session.
    case network(SourceNetwork, height: Int, width: Int, batch: Int)
    /// Operations measured alone, for any network that has them.
    case operations(MeasurableProblems)
  }

  /// What is tuned.
  package let subject: Subject
  /// The vector instructions whose kernels are measured.
  package let instructionSet: VectorInstructions
  /// The number of workers; nil for one worker per core that this process may use.
  package let threads: Int?
  /// How many candidates are measured.
  package let level: TuningLevel
  /// The time limit in seconds.
  package let seconds: Double

  /// A tuner; see its properties.
  package init(
    _ subject: Subject, instructionSet: VectorInstructions, threads: Int?, level: TuningLevel,
    seconds: Double
  ) {
    self.subject = subject
    self.instructionSet = instructionSet
    self.threads = threads
    self.level = level
    self.seconds = seconds
  }

  /// Measures, and appends every measurement and every decision to the file at `path` as soon as it
  /// is made.
  ///
  /// - Parameters:
  ///   - path: the profile to write; nil to write none.
  ///   - resuming: whether the file may exist already; decisions in it are not measured again.
  ///   - standard: the choices that count as the default; the rules decide what they leave open.
  ///   - isInterrupted: returns whether to end early.
  ///   - warn: called with warnings about the file.
  ///   - report: called with the progress from time to time.
  /// - Throws: `badData` where the file to resume is not a profile of this machine and build, or
  ///   where the weights do not fit the network; `cannotCreate` or `cannotWrite` for the file.
  package func run(
    into path: String?, resuming: Bool, standard: PlanChoices = PlanChoices(),
    isInterrupted: @escaping @Sendable () -> Bool = { false },
    warn: (String) -> Void = { _ in },
    report: @escaping (TuningProgress) -> Void = { _ in }
  ) throws(FastViTError) -> TuningOutcome {
    do {
      let log = try path.map { path throws(FileError) in
        try ProfileLog(path, resuming: resuming)
      }
      if let path, log?.wasTorn == true { warn(TuningProfile.tornWarning(path)) }
      let campaign = Campaign(
        try runner(standard), level: level, log: log, limit: seconds,
        isInterrupted: isInterrupted, report: report)
      return try campaign.run()
    } catch let error as FileError {
      throw FastViTError(error)
    } catch let error as NetworkError {
      throw FastViTError(error)
    } catch {
      preconditionFailure("files and weights throw their own errors only: \(error)")
    }
  }

  private func runner(_ standard: PlanChoices) throws(NetworkError) -> TrialRunner {
    let team = Team(workerCount: threads)
    switch subject {
    case .network(let network, let height, let width, let batch):
      return try TrialRunner(
        network.weights, for: instructionSet.value,
        guide: PlanGuide(height: height, width: width, workers: team.workerCount),
        batch: batch, choices: standard, team: team)
    case .operations(let operations):
      return TrialRunner(
        operations.problems, for: instructionSet.value, choices: standard, team: team)
    }
  }
}

extension TuningProfile {
  /// Merges the profiles at `paths`, which are all of one processor, into a file at `output`, which
  /// appears whole or not at all. Of two decisions for the same operations the one with more
  /// samples is kept.
  ///
  /// - Throws: what `init(contentsOf:)` throws; `badData` where the processors differ;
  ///   `cannotCreate` or `cannotWrite`.
  package static func merge(_ paths: [String], to output: String) throws(FastViTError) {
    guard let first = paths.first else { preconditionFailure("nothing to merge") }
    do {
      var merged = try ProfileFile(contentsOf: first).profile
      for path in paths.dropFirst() {
        merged = try merged.merging(ProfileFile(contentsOf: path).profile, named: path)
      }
      try merged.write(to: output)
    } catch {
      throw FastViTError(error)
    }
  }
}
