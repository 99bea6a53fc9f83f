import Execution

extension Session {
  /// How the workers of a session share a batch.
  ///
  /// Every choice gives the same bits; it decides which of two times is short.
  public enum Schedule: String, Sendable, Hashable, CaseIterable {
    /// One picture at a time, shared by all workers: the shortest time for each.
    case latency

    /// A picture a worker, without meeting in between: the most pictures a second.
    case throughput

    /// Whichever suits the batch.
    case auto

    /// What the executor calls it.
    var value: BatchSchedule {
      switch self {
      case .latency: .latency
      case .throughput: .throughput
      case .auto: .auto
      }
    }
  }
}
