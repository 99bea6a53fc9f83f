/// Estimates a core's clock rate, which operating systems hide from containers, by a chain of integer
/// operations. Their latencies have been the same on all CPUs for a decade.
enum CoreClock {
  /// Cycles per link: a multiplication (3 cycles) and an addition (1 cycle) that waits for it. Arm's
  /// multiply-add unit does both in 3 cycles.
  #if arch(arm64)
    static let cyclesPerLink = 3.0
  #else
    static let cyclesPerLink = 4.0
  #endif

  /// Runs `links` links; the result depends on all of them.
  @inline(never)
  static func chain(links: Int, factor: UInt64, summand: UInt64) -> UInt64 {
    var value = summand
    for _ in 0..<links { value = value &* factor &+ summand }
    return value
  }

  /// Runs `links` links so that no optimiser can leave them out.
  static func run(links: Int) {
    // The factor is odd and known at run time only, so the chain neither collapses nor vanishes.
    let factor = UInt64(links) | 0x5851_F42D_4C95_7F2D
    if chain(links: links, factor: factor, summand: 0x1405_7B7E_F767_814F) == 42 { print("") }
  }
}
