import Foundation

/// How many cores this process may really use.
///
/// Hosts often show more cores than a container may use; more workers than that make each other wait.
package struct CoreBudget: Sendable, Equatable {
  /// Cores the scheduler may place this process on (affinity and cpuset).
  package let allowedCores: Int

  /// CPU time the control group grants, in cores; nil without a limit.
  package let quota: Double?

  package init(allowedCores: Int, quota: Double?) {
    self.allowedCores = allowedCores
    self.quota = quota
  }

  /// The number of workers that can run at once: the smaller of both, the quota rounded down, at least
  /// one.
  package var coreCount: Int {
    let granted = quota.map { $0 < Double(allowedCores) ? Int($0) : allowedCores } ?? allowedCores
    return max(1, min(allowedCores, granted))
  }

  /// This process's budget, read once.
  package static let current = CoreBudget(reading: SystemFiles.live)

  /// The budget that `files` describe; where they say nothing, all active processors.
  init(reading files: SystemFiles) {
    let status = files.read("/proc/self/status") ?? ""
    allowedCores =
      CoreList.allowed(inStatus: status) ?? ProcessInfo.processInfo.activeProcessorCount
    quota = ControlGroups(reading: files).tightest?.cores
  }
}

/// Linux's notation for sets of cores, such as `0-3,8`.
enum CoreList {
  /// The number of cores in `Cpus_allowed_list` of `/proc/self/status`.
  static func allowed(inStatus status: String) -> Int? {
    let key = "Cpus_allowed_list:"
    let line = status[...].parts(between: "\n").first { $0.utf8.starts(with: key.utf8) }
    return line.flatMap { count($0.dropFirst(key.count)) }
  }

  /// The number of cores in a list, nil where it is not one.
  static func count(_ list: Substring) -> Int? {
    var total = 0
    for part in list.parts(between: ",") {
      let bounds = part.parts(between: "-", keepingEmpty: true).map {
        Int($0.trimmed)
      }
      guard let first = bounds.first ?? nil, let last = bounds.last ?? nil, bounds.count <= 2,
        0 <= first, first <= last, last < 1 << 20
      else { return nil }
      total += last - first + 1
    }
    return total > 0 ? total : nil
  }
}
