import Foundation
import Testing

@testable import FastViTCPU

@Suite struct CoreBudgetTests {
  private func budget(_ files: [String: String]) -> CoreBudget {
    CoreBudget(reading: SystemFiles { files[$0] })
  }

  private func limit(_ files: [String: String]) -> ControlGroups.Limit? {
    ControlGroups(reading: SystemFiles { files[$0] }).tightest
  }

  private let status = "Name:\tx\nCpus_allowed:\tff\nCpus_allowed_list:\t0-3,8\n"

  @Test func affinityCounts() {
    #expect(budget(["/proc/self/status": status]) == CoreBudget(allowedCores: 5, quota: nil))
  }

  @Test(arguments: [
    ("0", 1), ("0-1", 2), ("0-3,8,10-11", 7), ("", nil), ("3-1", nil), ("a", nil), ("1-2-3", nil),
    ("0-99999999999999999999", nil),
    ("0-9223372036854775807", nil), ("-1", nil), ("\t0 - 2 , 5\n", 4), ("1 2", nil),
  ]) func coreLists(text: String, count: Int?) {
    #expect(CoreList.count(text[...]) == count)
  }

  @Test func unifiedQuotaIsTheTightestOfAllAncestors() {
    let files = [
      "/proc/self/status": status,
      "/proc/self/cgroup": "0::/a/b/c\n",
      "/proc/self/mountinfo":
        "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n",
      "/sys/fs/cgroup/a/b/c/cpu.max": "300000 100000\n",
      "/sys/fs/cgroup/a/b/cpu.max": "max 100000\n",
      "/sys/fs/cgroup/a/cpu.max": "250000 100000\n",
    ]
    #expect(budget(files) == CoreBudget(allowedCores: 5, quota: 2.5))
    #expect(budget(files).coreCount == 2)
    #expect(
      limit(files)
        == .init(cores: 2.5, version: 2, file: "/sys/fs/cgroup/a/cpu.max"))
  }

  /// Separators are bytes: a combining accent after a separator does not hide it.
  @Test func accentsHideNoSeparator() {
    let files = [
      "/proc/self/cgroup": "0::/\u{301}a\n",
      "/proc/self/mountinfo":
        "31 23 0:27 / \u{301}x rw - tmpfs tmpfs rw\n30 23 0:26 / /g rw - cgroup2 none rw\n",
      "/g/\u{301}a/cpu.max": "150000 100000\n",
    ]
    #expect(limit(files)?.file == "/g/\u{301}a/cpu.max")
  }

  /// Any number of optional fields may precede the first single dash.
  @Test(arguments: [
    ("30 23 0:26 / /g rw - cgroup2 none rw", 1.5),
    ("30 23 0:26 / /g rw a:1 b:2 - cgroup2 x rw", 1.5),
    ("30 23 0:26 / /g rw -a - cgroup2 x-y rw", 1.5), ("30 23 0:26 / /g rw - cgroup2 - rw", 1.5),
    ("30 23 0:26 / /g rw cgroup2 x rw", nil), ("23 0:26 / /g - cgroup2 x rw", nil),
    ("30 23 0:26 / /g rw -", nil), ("- cgroup2 x rw", nil), ("30 23 0:26 / /g rw - cgroup2", 1.5),
  ]) func mounts(line: String, cores: Double?) {
    let files = [
      "/proc/self/cgroup": "0::/\n", "/proc/self/mountinfo": line + "\n",
      "/g/cpu.max": "150000 100000\n",
    ]
    #expect(limit(files)?.cores == cores)
  }

  /// The mounted group may be the process's own group, an ancestor of it, an ancestor outside the
  /// process's namespace, or an unrelated group, even one whose name begins alike.
  @Test(arguments: [
    ("/a", "/a/b", "/g/b", 2.5), ("/a", "/a/b", "/g", 2.5), ("/a/b", "/a/b", "/g", 2.5),
    ("/a", "/ab/c", "/g", nil), ("/a/b", "/a", "/g", nil), ("/other", "/a", "/g", nil),
    ("/../..", "/a", "/g", 2.5), ("/..", "/../b", "/g/b", 2.5), ("/../b", "/a", "/g", nil),
    (#"/x\134x2dy"#, #"/x\x2dy/b"#, "/g/b", 2.5), (#"/x\040y"#, "/x y", "/g", 2.5),
  ]) func mountedGroups(root: String, group: String, folder: String, cores: Double?) {
    let files = [
      "/proc/self/cgroup": "0::\(group)\n",
      "/proc/self/mountinfo": "30 23 0:26 \(root) /g rw - cgroup2 cgroup2 rw\n",
      folder + "/cpu.max": "250000 100000\n",
    ]
    #expect(limit(files)?.cores == cores)
  }

  @Test func bytesThatAreNoTextHideNoLine() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(
      "fastvit-\(UInt64.random(in: 0 ... .max))")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data("Name:\t".utf8 + [0xFF, 0x0A] + "Cpus_allowed_list:\t0-2\n".utf8).write(to: file)
    let status = try #require(SystemFiles.live.read(file.path))
    #expect(CoreList.allowed(inStatus: status) == 3)
  }

  @Test func versionOneQuota() {
    let mount =
      "33 31 0:30 /docker/x /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
    var files = [
      "/proc/self/status": status,
      "/proc/self/cgroup": "4:cpu,cpuacct:/docker/x\n2:cpuset:/elsewhere\n",
      "/proc/self/mountinfo": mount,
      "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "350000\n",
      "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
    ]
    #expect(budget(files).coreCount == 3)
    let file = "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us"
    #expect(limit(files) == .init(cores: 3.5, version: 1, file: file))
    files["/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us"] = "-1\n"
    #expect(budget(files) == CoreBudget(allowedCores: 5, quota: nil))
  }

  @Test func atLeastOneCore() {
    #expect(CoreBudget(allowedCores: 4, quota: 0.5).coreCount == 1)
    #expect(CoreBudget(allowedCores: 4, quota: 1e300).coreCount == 4)
  }

  @Test(arguments: ["fast 100000", "100000 0", "0 100000", "-1 100000", "100000", "1 2 3", "nan 1"])
  func brokenFilesAreNoLimit(limit: String) {
    let files = [
      "/proc/self/status": status,
      "/proc/self/cgroup": "0::/../x\nnonsense\n1:cpu\n",
      "/proc/self/mountinfo": "x\n - \n30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
      "/sys/fs/cgroup/cpu.max": limit + "\n",
    ]
    #expect(budget(files) == CoreBudget(allowedCores: 5, quota: nil))
  }

  @Test func thisMachine() {
    #expect(CoreBudget.current.coreCount >= 1)
  }
}
