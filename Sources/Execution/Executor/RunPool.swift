import FastViTOperations
import Synchronization

/// The prepared runs of a plan, kept from one call to the next.
final class RunPool: Sendable {
  private let plan: Plan

  /// The runs and the memory that no call uses now.
  private struct Idle {
    var runs: [PreparedRun] = []
    /// Memory for runs that are not made yet.
    var memory: [AlignedBuffer] = []
  }
  private let idle: Mutex<Idle>

  /// - Parameter memory: the memory of a pool that is not used any more.
  init(_ plan: Plan, reusing memory: [AlignedBuffer] = []) {
    self.plan = plan
    idle = Mutex(Idle(memory: memory))
  }

  /// Calls `body` with a run for `key` that no other call uses meanwhile.
  func withRun<R>(for key: PreparedRun.Key, _ body: (PreparedRun) -> R) -> R {
    let run = take(key)
    defer { idle.withLock { $0.runs.append(run) } }
    return body(run)
  }

  /// A run for `key`. Of the runs for images of other sizes, only those of the latest size are kept: two sizes
  /// may alternate, but runs for many sizes do not accumulate.
  private func take(_ key: PreparedRun.Key) -> PreparedRun {
    let (free, memory) = idle.withLock { idle -> (PreparedRun?, AlignedBuffer?) in
      let other = idle.runs.last { !$0.key.hasSize(of: key) }?.key
      idle.runs.removeAll { run in
        !run.key.hasSize(of: key) && other.map { !run.key.hasSize(of: $0) } ?? true
      }
      guard let index = idle.runs.firstIndex(where: { $0.key == key }) else {
        return (nil, idle.memory.popLast())
      }
      return (idle.runs.remove(at: index), nil)
    }
    return free ?? PreparedRun(plan, key, reusing: memory)
  }

  /// The memory of all runs, for another pool. Called while no run goes on.
  var memory: [AlignedBuffer] { idle.withLock { $0.runs.map(\.arena) + $0.memory } }

  /// The operations of each step of the runs by `workers` workers; nil where there was no such run. Called
  /// while no run goes on.
  func steps(workers: Int) -> [Range<Int>]? {
    let run = idle.withLock { $0.runs.first { $0.key.workers == workers } }
    return run?.steps.map(\.operations)
  }
}
