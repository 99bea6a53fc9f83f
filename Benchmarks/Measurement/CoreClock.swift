/// Estimates the cycles a core makes, which operating systems hide from containers: by a chain of
/// integer operations whose latencies have been the same on all CPUs for a decade.
enum CoreClock {
  /// Cycles of one link: a multiplication (3) and an addition (1) that waits for it; Arm's
  /// multiply-add unit does both in 3.
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

  /// Runs `links` links in a way that no optimiser can leave out.
  static func run(links: Int) {
    // The factor is odd and known at run time only, so the chain neither collapses nor vanishes.
    let factor = UInt64(links) | 0x5851_F42D_4C95_7F2D
    if chain(links: links, factor: factor, summand: 0x1405_7B7E_F767_814F) == 42 { print("") }
  }
}
