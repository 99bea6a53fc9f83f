import CPU
import CPUShims

/// How long a worker spins before it sleeps.
struct Patience: Sendable {
  private let forSteps: Duration
  private let forRuns: Duration
  private let forExpectedRuns: Duration

  /// Spins for about `duration`; for `lingering` where another run may follow, for `staying` where one
  /// is expected.
  init(_ duration: Duration, lingering: Duration = .zero, staying: Duration = .zero) {
    forSteps = duration
    forRuns = lingering
    forExpectedRuns = staying
  }

  /// Waking a sleeper takes 10 to 15 µs, and in a virtual machine among busy neighbours milliseconds:
  /// its core, once given back, is lent to them. A team with a core for each worker therefore spins for
  /// as long as workers are apart at the end of a step when one of them was disturbed. In a larger team
  /// the awaited thread may be waiting for this very core.
  init(workerCount: Int, cores: Int = CoreBudget.current.coreCount) {
    if workerCount <= cores {
      self.init(.milliseconds(1), lingering: .microseconds(50), staying: .milliseconds(2))
    } else {
      self.init(.microseconds(2))
    }
  }

  /// Whether `condition` came true in time. Gives up early when spinning turns out to be `futile`.
  func spin(until condition: () -> Bool, unless futile: () -> Bool = { false }) -> Bool {
    Self.spin(for: forSteps, until: condition, unless: futile)
  }

  /// The same for a run that may follow another, or may not; longer where it is `expected`.
  func linger(expected: Bool, until condition: () -> Bool, unless futile: () -> Bool) -> Bool {
    Self.spin(for: expected ? forExpectedRuns : forRuns, until: condition, unless: futile)
  }

  private static func spin(
    for duration: Duration, until condition: () -> Bool, unless futile: () -> Bool
  ) -> Bool {
    var deadline: ContinuousClock.Instant?
    while true {
      // Steps mostly end close to one another: no clock is read for those.
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
