/// The CPU limits of the control groups (version 1 and 2) that this process belongs to.
package struct ControlGroups: Sendable, Equatable {
  /// A limit of CPU time.
  package struct Limit: Sendable, Equatable {
    /// CPU time granted, in cores: quota divided by period.
    package let cores: Double

    /// The version of control groups: 1 or 2.
    package let version: Int

    /// The file that holds the quota.
    package let file: String
  }

  /// The tightest limit of the process's own group and all groups above it; nil where there is none.
  package let tightest: Limit?

  /// The limits of this process, read once.
  package static let current = ControlGroups(reading: SystemFiles.live)

  init(reading files: SystemFiles) {
    let groups = Self.memberships(files.read("/proc/self/cgroup") ?? "")
    let mounts = Self.mounts(files.read("/proc/self/mountinfo") ?? "")
    var limits: [Limit] = []
    for mount in mounts {
      guard let path = mount.isUnified ? groups.unified : groups.cpu else { continue }
      for folder in mount.folders(ofGroup: path) {
        let limit = mount.isUnified ? Self.limit2(folder, files) : Self.limit1(folder, files)
        if let limit { limits.append(limit) }
      }
    }
    tightest = limits.min { $0.cores < $1.cores }
  }

  /// The groups named in `/proc/self/cgroup`: `0::/path` for version 2, `n:cpu,cpuacct:/path` for 1.
  private static func memberships(_ text: String) -> (unified: String?, cpu: String?) {
    var unified: String?
    var cpu: String?
    for line in text[...].parts(between: "\n") {
      let fields = line.parts(between: ":", limit: 2, keepingEmpty: true)
      guard fields.count == 3 else { continue }
      if fields[0] == "0", fields[1].isEmpty { unified = String(fields[2]) }
      if fields[1].parts(between: ",").contains("cpu") { cpu = String(fields[2]) }
    }
    return (unified, cpu)
  }

  /// A mounted hierarchy that can limit CPU time.
  private struct Mount {
    let isUnified: Bool
    /// The group that appears at `point`.
    let root: String
    let point: String

    /// The folders that may hold limits for `group`, innermost first, the mount point last; none
    /// where `root` is not an ancestor of `group`, because another group's folder is mounted.
    func folders(ofGroup group: String) -> [String] {
      let root = root[...].parts(between: "/")
      var parts = group[...].parts(between: "/")
      if parts.starts(with: root) {
        parts.removeFirst(root.count)
      } else {
        // Inside a namespace, groups above its root appear as `..` only, without names.
        guard root.allSatisfy({ $0 == ".." }) else { return [] }
        parts = []
      }
      guard !parts.contains("..") else { return [point] }
      var folders: [String] = []
      while !parts.isEmpty {
        folders.append(point + "/" + parts.joined(separator: "/"))
        parts.removeLast()
      }
      return folders + [point]
    }
  }

  /// The mounts in `/proc/self/mountinfo`. Each line is `id parent major:minor root point options… -
  /// type source options`; the first field that is a single dash ends the optional fields.
  private static func mounts(_ text: String) -> [Mount] {
    text[...].parts(between: "\n").compactMap { line in
      let halves = line.parts(between: " ").split(
        separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
      guard halves.count == 2 else { return nil }
      let (fields, kind) = (Array(halves[0]), halves[1])
      guard fields.count >= 5, let type = kind.first, let options = kind.last else { return nil }
      let isUnified = type == "cgroup2"
      guard isUnified || (type == "cgroup" && options.parts(between: ",").contains("cpu")) else {
        return nil
      }
      return Mount(isUnified: isUnified, root: unescaped(fields[3]), point: unescaped(fields[4]))
    }
  }

  /// `field` without the escapes of `/proc/self/mountinfo`, which writes `\` as `\134`. Names of
  /// systemd's groups contain many backslashes.
  private static func unescaped(_ field: Substring) -> String {
    let parts = field.parts(between: "\\", keepingEmpty: true)
    return parts.dropFirst().reduce(String(parts[0])) { text, part in
      guard let code = UInt8(part.prefix(3), radix: 8) else { return text + "\\" + part }
      return text + String(Unicode.Scalar(code)) + part.dropFirst(3)
    }
  }

  /// Version 2: `cpu.max` holds quota and period in microseconds, or `max` for no quota.
  private static func limit2(_ folder: String, _ files: SystemFiles) -> Limit? {
    let file = folder + "/cpu.max"
    let fields = files.read(file)?.split { $0.isWhitespace } ?? []
    guard fields.count == 2 else { return nil }
    return limit(quota: Double(fields[0]), period: Double(fields[1]), version: 2, file)
  }

  /// Version 1: two files hold quota and period in microseconds; a quota of -1 means no limit.
  private static func limit1(_ folder: String, _ files: SystemFiles) -> Limit? {
    func number(_ file: String) -> Double? {
      files.read(file).flatMap { Double($0[...].trimmed) }
    }
    let file = folder + "/cpu.cfs_quota_us"
    return limit(
      quota: number(file), period: number(folder + "/cpu.cfs_period_us"), version: 1, file)
  }

  private static func limit(
    quota: Double?, period: Double?, version: Int, _ file: String
  ) -> Limit? {
    guard let quota, let period, quota > 0, period > 0 else { return nil }
    return Limit(cores: quota / period, version: version, file: file)
  }
}
