/// How the workers of a team share a batch. Every choice gives the same bits.
package enum BatchSchedule: Sendable {
  /// One picture at a time, shared by all workers.
  case latency

  /// A picture a worker, without meeting in between.
  case throughput

  /// A picture a worker while there is one for each, and the rest shared by all.
  case auto

  /// How many pictures of `count`, from the first on, workers take for themselves.
  func separatePictures(_ count: Int, workers: Int) -> Int {
    switch self {
    case _ where workers == 1: 0
    case .latency: 0
    case .throughput: count
    case .auto: count / workers * workers
    }
  }
}
