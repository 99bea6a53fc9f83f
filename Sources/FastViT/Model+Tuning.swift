import CPU
import Execution

extension Model {
  /// A profile, and what a model is to be fast for.
  public struct Tuning: Sendable {
    let choices: PlanChoices
    let guide: PlanGuide

    /// What `profile` says for pictures of one size, each shared by some workers.
    ///
    /// Other pictures and workers run too, and give the same bits: their speed follows from kernels that
    /// are good for these.
    ///
    /// - Parameters:
    ///   - profile: what was measured.
    ///   - threads: workers of the sessions, at least one; nil for as many cores as this process may
    ///     use.
    ///   - height: rows of a picture, at least `Session.smallestInputSize`.
    ///   - width: columns of a picture, likewise.
    public init(
      _ profile: TuningProfile, threads: Int? = nil, height: Int = 256, width: Int = 256
    ) {
      precondition(threads.map { $0 > 0 } ?? true)
      precondition(min(height, width) >= Session.smallestInputSize)
      choices = profile.profile.choices
      guide = PlanGuide(
        height: height, width: width, workers: threads ?? CoreBudget.current.coreCount)
    }
  }
}
