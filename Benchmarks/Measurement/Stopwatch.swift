import Foundation

/// How long something took: by the clock on the wall, and by the cores of this process together.
struct Elapsed: Sendable, Equatable {
  let realNanoseconds: Double
  let coreNanoseconds: Double
}

/// Measures `body`, called once.
func timing(_ body: () -> Void) -> Elapsed {
  // The core clock is read outside, because reading it takes longer.
  let core = nanoseconds(CLOCK_PROCESS_CPUTIME_ID)
  let start = nanoseconds(CLOCK_MONOTONIC)
  body()
  let end = nanoseconds(CLOCK_MONOTONIC)
  return Elapsed(
    realNanoseconds: end - start, coreNanoseconds: nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - core)
}

private func nanoseconds(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}
