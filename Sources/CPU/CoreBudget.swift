import Foundation

/// How many cores this process may really use.
///
/// A container often sees more cores than it may use. A team with more workers than usable cores is
/// slower, because its workers wait for each other's time slices.
package struct CoreBudget: Sendable, Equatable {
  /// The number of cores that the system may run this process on (affinity and cpuset); where there are
  /// no such limits, of all that are active.
  package let allowedCores: Int

  /// The CPU time that the control group grants, in cores; nil without a limit.
  package let quota: Double?

  /// A budget with the given limits; see the properties.
  package init(allowedCores: Int, quota: Double?) {
    self.allowedCores = allowedCores
    self.quota = quota
  }

  /// The number of workers that can run at the same time: the smaller of `allowedCores` and `quota`
  /// rounded down, at least one.
  package var coreCount: Int {
    let granted = quota.map { $0 < Double(allowedCores) ? Int($0) : allowedCores } ?? allowedCores
    return max(1, min(allowedCores, granted))
  }

  /// This process's budget, read once.
  package static let current = CoreBudget(reading: SystemFiles.live)

  /// The budget that `files` describe; all active processors where they describe none.
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

  /// The number of cores in `list`; nil where the text is not a valid list.
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
