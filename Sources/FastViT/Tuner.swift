import Checkpoints
import Execution
import KernelContract
import Network
import Scheduler
import Tuning

/// How much is tried; see `Tuning.TuningLevel`.
package typealias TuningLevel = Tuning.TuningLevel
/// One decision and what was measured for it.
package typealias TuningEntry = Tuning.TuningEntry
/// How far a campaign is.
package typealias TuningProgress = Campaign.Progress
/// How a campaign ended.
package typealias TuningOutcome = Campaign.Outcome
/// What plans do otherwise than by the rules.
package typealias PlanChoices = Execution.PlanChoices

/// Measures what is fast for a network or for some operations, on a number of workers.
package struct Tuner: Sendable {
  /// What it is to be fast for.
  package enum Subject: Sendable {
    /// Batches of pictures, which workers share as a session does.
    case network(SourceNetwork, height: Int, width: Int, batch: Int)
    /// Operations alone, for any network that has them.
    case operations(MeasurableProblems)
  }

  package let subject: Subject
  package let instructionSet: InstructionSet
  /// Workers; nil for as many cores as this process may use.
  package let threads: Int?
  package let level: TuningLevel
  /// The longest time in seconds.
  package let seconds: Double

  /// A tuner; see its properties.
  package init(
    _ subject: Subject, instructionSet: InstructionSet, threads: Int?, level: TuningLevel,
    seconds: Double
  ) {
    self.subject = subject
    self.instructionSet = instructionSet
    self.threads = threads
    self.level = level
    self.seconds = seconds
  }

  /// Measures, and appends every measurement and every decision to the file at `path` as soon as it is
  /// made.
  ///
  /// - Parameters:
  ///   - path: nil to keep nothing.
  ///   - resuming: whether there may be a file; what it holds is not measured again.
  ///   - standard: what counts as the default, with the rules for all that it leaves open.
  ///   - isInterrupted: whether to end early.
  ///   - warn: called with what a person should know of the file.
  ///   - report: called every now and then.
  /// - Throws: `badData` for a file to resume that is no profile of this machine and build, or for
  ///   weights that no network can have; `cannotCreate` or `cannotWrite` for the file.
  package func run(
    into path: String?, resuming: Bool, standard: PlanChoices = PlanChoices(),
    isInterrupted: @escaping @Sendable () -> Bool = { false },
    warn: (String) -> Void = { _ in },
    report: @escaping (TuningProgress) -> Void = { _ in }
  ) throws(FastViTError) -> TuningOutcome {
    do {
      let log = try path.map { path throws(CheckpointError) in
        try ProfileLog(path, resuming: resuming)
      }
      if let path, log?.wasTorn == true { warn(TuningProfile.tornWarning(path)) }
      let campaign = Campaign(
        try runner(standard), level: level, log: log, limit: seconds,
        isInterrupted: isInterrupted, report: report)
      return try campaign.run()
    } catch let error as CheckpointError {
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
  /// Writes what the profiles at `paths`, all of one processor, hold together to `output`, which appears
  /// whole or not at all; of two decisions for the same the one with more samples.
  ///
  /// - Throws: what reading throws; `badData` where the processors differ; `cannotCreate` or
  ///   `cannotWrite`.
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
