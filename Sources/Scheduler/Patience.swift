import FastViTCPU
import FastViTCPUShims

/// How long a worker spins before it sleeps.
struct Patience: Sendable {
  private let forSteps: Duration
  private let forRuns: Duration
  private let forExpectedRuns: Duration

  /// Spins for about `duration` within a run; after a run for `lingering`, or for `staying` where
  /// another run is expected.
  init(_ duration: Duration, lingering: Duration = .zero, staying: Duration = .zero) {
    forSteps = duration
    forRuns = lingering
    forExpectedRuns = staying
  }

  /// The patience that suits a team of `workerCount` workers on `cores` cores.
  ///
  /// Waking a sleeping thread takes 10 to 15 µs, and milliseconds in a virtual machine whose idle
  /// core the host lends to others. A team with one core per worker therefore spins for about as
  /// long as a disturbed worker is late at the end of a step. A team of more workers spins hardly
  /// at all, since the thread that a worker waits for may need that worker's core.
  init(workerCount: Int, cores: Int = CoreBudget.current.coreCount) {
    if workerCount <= cores {
      self.init(.milliseconds(1), lingering: .microseconds(50), staying: .milliseconds(2))
    } else {
      self.init(.microseconds(2))
    }
  }

  /// Spins within a run. Returns whether `condition` became true in time; returns early when `futile`
  /// is true.
  func spin(until condition: () -> Bool, unless futile: () -> Bool = { false }) -> Bool {
    Self.spin(for: forSteps, until: condition, unless: futile)
  }

  /// Spins after a run until the next one: the same as `spin`, for longer where that run is
  /// `expected`.
  func linger(expected: Bool, until condition: () -> Bool, unless futile: () -> Bool) -> Bool {
    Self.spin(for: expected ? forExpectedRuns : forRuns, until: condition, unless: futile)
  }

  private static func spin(
    for duration: Duration, until condition: () -> Bool, unless futile: () -> Bool
  ) -> Bool {
    var deadline: ContinuousClock.Instant?
    while true {
      // Workers mostly finish a step close together: the first rounds do without reading the clock.
      for _ in 0..<32 {
        if condition() { return true }
        fastvit_relax()
      }
      let now = ContinuousClock.now
      if let deadline, deadline <= now { return false }
      if futile() { return false }
      deadline = deadline ?? now + duration
    }
  }
}
