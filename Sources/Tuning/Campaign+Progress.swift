import Measurement

extension Campaign {
  /// How far it is.
  package struct Progress: Sendable {
    /// Decisions that are made, those that were known before included, and all that are to be made.
    package let decided: Int
    package let total: Int
    /// Seconds until all is decided, or the time is over.
    package let secondsLeft: Double
    /// Nanoseconds of a run by the rules.
    package let defaultTime: Double
    /// The part of these that the decisions save.
    package let gain: Double

    /// How far it is; see the properties.
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

  /// How far it is while `contests` are open.
  func progress(_ contests: [Contest]) -> Progress {
    let (over, left) = time
    return Progress(
      decided: subjects.count { profile.entry(for: $0) != nil }, total: subjects.count,
      secondsLeft: Self.secondsLeft(
        done(among: contests), before: doneBefore, over: over, left: left),
      defaultTime: Summary.median(standard.map(\.total)), gain: gain)
  }

  /// Seconds until all is done at the pace of this campaign, which does not count what was done `before`;
  /// at most those that are `left`.
  static func secondsLeft(
    _ done: Double, before: Double, over: Double, left: Double
  ) -> Double {
    let pace = (done - before) / over
    return pace > 0 ? min(left, (1 - done) / pace) : left
  }

  /// The part of the measuring that is done: of open contests as far as they are.
  func done(among contests: [Contest]) -> Double {
    let decided = subjects.count { profile.entry(for: $0) != nil }
    let parts = contests.map { min(1, Double($0.completeSamples) / Double(goal(of: $0))) }
    return (Double(decided) + parts.reduce(0, +)) / Double(max(1, subjects.count))
  }

  /// The part of a run by the rules that the decisions save: kernels of the cores' time, steps of that on
  /// the wall.
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
