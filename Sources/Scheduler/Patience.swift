import CPU
import CPUShims

/// How long a worker spins before it sleeps.
struct Patience: Sendable {
  private let duration: Duration

  /// Spins for about `duration`.
  init(_ duration: Duration) {
    self.duration = duration
  }

  /// Waking a sleeper takes 10 to 15 µs: a team with a core for each worker spins a few times that. In
  /// a larger one the awaited thread may be waiting for this very core.
  init(workerCount: Int, cores: Int = CoreBudget.current.coreCount) {
    self.init(.microseconds(workerCount <= cores ? 50 : 2))
  }

  /// Whether `condition` came true in time. Gives up early when spinning turns out to be `futile`.
  func spin(until condition: () -> Bool, unless futile: () -> Bool = { false }) -> Bool {
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
