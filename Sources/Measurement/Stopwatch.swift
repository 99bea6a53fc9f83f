import Foundation

/// How long something took: by the clock on the wall, and by the cores of this process together.
package struct Elapsed: Sendable, Equatable {
  /// Nanoseconds on the wall.
  package let realNanoseconds: Double

  /// Nanoseconds that the process had cores, summed over them.
  package let coreNanoseconds: Double

  /// A time of both clocks.
  package init(realNanoseconds: Double, coreNanoseconds: Double) {
    self.realNanoseconds = realNanoseconds
    self.coreNanoseconds = coreNanoseconds
  }

  /// The time of one of `count` equal parts.
  package func divided(by count: Int) -> Elapsed {
    Elapsed(
      realNanoseconds: realNanoseconds / Double(count),
      coreNanoseconds: coreNanoseconds / Double(count))
  }
}

/// Measures `body`, called once.
package func timing<Failure>(_ body: () throws(Failure) -> Void) throws(Failure) -> Elapsed {
  // The core clock is read outside, because reading it takes longer.
  let core = nanoseconds(CLOCK_PROCESS_CPUTIME_ID)
  let start = nanoseconds(CLOCK_MONOTONIC)
  try body()
  let end = nanoseconds(CLOCK_MONOTONIC)
  return Elapsed(
    realNanoseconds: end - start, coreNanoseconds: nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - core)
}

private func nanoseconds(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}
