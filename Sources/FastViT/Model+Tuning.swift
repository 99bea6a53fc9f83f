import FastViTCPU
import FastViTExecution

extension Model {
  /// The choices of a tuning profile, and the image size and number of workers to choose for.
  public struct Tuning: Sendable {
    let choices: PlanChoices
    let guide: PlanGuide

    /// The choices of `profile` for images of one size that some workers share.
    ///
    /// The model also runs images of other sizes on other numbers of workers, with the same bits
    /// but with kernels that were chosen for these.
    ///
    /// - Parameters:
    ///   - profile: what was measured.
    ///   - threads: the number of workers of the sessions, at least one; nil for one worker per
    ///     core that this process may use.
    ///   - height: the rows of an image, at least `Session.smallestInputSize`.
    ///   - width: the columns of an image, at least `Session.smallestInputSize`.
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
