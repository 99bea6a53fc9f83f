import FastViTExecution

extension Session {
  /// How the workers of a session share a batch.
  ///
  /// Every choice gives the same bits. The choice is between a short time per image and many images
  /// per second.
  public enum Schedule: String, Sendable, Hashable, CaseIterable {
    /// One image at a time, shared by all workers: the shortest time per image.
    case latency

    /// One image per worker; workers do not synchronise between images: the most images per second.
    case throughput

    /// The choice that suits the size of the batch.
    case auto

    /// The executor's name for the choice.
    var value: BatchSchedule {
      switch self {
      case .latency: .latency
      case .throughput: .throughput
      case .auto: .auto
      }
    }
  }
}
