import Foundation

/// The duration of a computation: in real time, and as time on cores, summed over the threads of the
/// process.
package struct Elapsed: Sendable, Equatable {
  /// Real time in nanoseconds.
  package let realNanoseconds: Double

  /// Time on cores in nanoseconds, summed over all threads of the process.
  package let coreNanoseconds: Double

  /// A duration from the readings of both clocks.
  package init(realNanoseconds: Double, coreNanoseconds: Double) {
    self.realNanoseconds = realNanoseconds
    self.coreNanoseconds = coreNanoseconds
  }

  /// The duration of one of `count` equal parts.
  package func divided(by count: Int) -> Elapsed {
    Elapsed(
      realNanoseconds: realNanoseconds / Double(count),
      coreNanoseconds: coreNanoseconds / Double(count))
  }
}

/// Calls `body` once and returns its duration. Errors of `body` are thrown on.
package func timing<Failure>(_ body: () throws(Failure) -> Void) throws(Failure) -> Elapsed {
  // The clock of core time is read outside of the other, because reading it takes longer.
  let core = nanoseconds(CLOCK_PROCESS_CPUTIME_ID)
  let start = nanoseconds(wallClock)
  try body()
  let end = nanoseconds(wallClock)
  return Elapsed(
    realNanoseconds: end - start, coreNanoseconds: nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - core)
}

/// The clock on the wall. Darwin's monotonic clock counts whole microseconds, its clock of uptime does not.
#if canImport(Darwin)
  private let wallClock = CLOCK_UPTIME_RAW
#else
  private let wallClock = CLOCK_MONOTONIC
#endif

private func nanoseconds(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}
