/// How the workers of a team share a batch. Every choice gives the same bits.
package enum BatchSchedule: Sendable {
  /// One image at a time, shared by all workers.
  case latency

  /// One image per worker, without synchronisation between steps.
  case throughput

  /// One image per worker as long as there is one for each; the rest shared by all workers.
  case auto

  /// How many images of `count`, from the first on, are each run by a single worker.
  func separateImages(_ count: Int, workers: Int) -> Int {
    switch self {
    case _ where workers == 1: 0
    case .latency: 0
    case .throughput: count
    case .auto: count / workers * workers
    }
  }
}
