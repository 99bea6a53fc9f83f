import FastViTMeasurement

extension Campaign {
  /// How far a campaign is.
  package struct Progress: Sendable {
    /// Decisions that are made, including those known before.
    package let decided: Int
    /// Decisions that are to be made in all.
    package let total: Int
    /// Expected seconds until all is decided, or the time is over.
    package let secondsLeft: Double
    /// Nanoseconds of a run by the rules, the median.
    package let defaultTime: Double
    /// The part of `defaultTime` that the decisions save, from 0 to 1.
    package let gain: Double

    /// A campaign's progress; see the properties.
    package init(
      decided: Int, total: Int, secondsLeft: Double, defaultTime: Double, gain: Double
    ) {
      self.decided = decided
      self.total = total
      self.secondsLeft = secondsLeft
      self.defaultTime = defaultTime
      self.gain = gain
    }
  }

  /// How far the campaign is while `contests` are open.
  func progress(_ contests: [Contest]) -> Progress {
    let (over, left) = time
    return Progress(
      decided: subjects.count { profile.entry(for: $0) != nil }, total: subjects.count,
      secondsLeft: Self.secondsLeft(
        done(among: contests), before: doneBefore, over: over, left: left),
      defaultTime: Summary.median(standard.map(\.total)), gain: gain)
  }

  /// The expected seconds until all is done at the pace of this campaign.
  ///
  /// - Parameters:
  ///   - done: the part of the measuring that is done.
  ///   - before: the part that was done when the campaign began, which does not count for its pace.
  ///   - over: seconds since the campaign began.
  ///   - left: seconds to the time limit, which are the most that is returned.
  static func secondsLeft(
    _ done: Double, before: Double, over: Double, left: Double
  ) -> Double {
    let pace = (done - before) / over
    return pace > 0 ? min(left, (1 - done) / pace) : left
  }

  /// The part of the measuring that is done, from 0 to 1. An open contest counts for the part of its samples
  /// that is taken.
  func done(among contests: [Contest]) -> Double {
    let decided = subjects.count { profile.entry(for: $0) != nil }
    let parts = contests.map { min(1, Double($0.completeSamples) / Double(goal(of: $0))) }
    return (Double(decided) + parts.reduce(0, +)) / Double(max(1, subjects.count))
  }

  /// The part of a run by the rules that the decisions save: decisions about kernels save core time, those
  /// about steps wall-clock time.
  private var gain: Double {
    let cores = operationTimes.values.reduce(0, +)
    let steps = Summary.median(standard.map(\.steps))
    return entries.reduce(0) { sum, entry in
      let saved = entry.defaultTime - entry.time
      let part =
        entry.subject.isOfKernels
        ? saved / cores : saved * runner.share(ofCrew: entry.key.workers) / steps
      return sum + part
    }
  }
}
