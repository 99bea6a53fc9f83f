import CPUShims
import Foundation
import Testing

/// Threads that make room for others.
@Suite struct CoreTests {
  /// What the system says about this thread.
  private func allowedCores() throws -> String {
    let status = try String(contentsOfFile: "/proc/thread-self/status", encoding: .utf8)
    return try #require(
      status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }.map(String.init))
  }

  /// It runs elsewhere then, where it may: for a moment at least, since the system may move it back.
  @Test func whoLeavesACoreMayReturn() throws {
    let before = try allowedCores()
    var hasLeft = false
    for _ in 0..<1000 where !hasLeft {
      let core = fastvit_current_core()
      fastvit_leave_core(core)
      hasLeft = fastvit_current_core() != core
    }
    #expect(try allowedCores() == before)
    let isBound = before.hasSuffix("\t\(fastvit_current_core())")
    #expect(hasLeft != isBound)
  }

  /// Where the core is unknown, or no core at all, nothing happens.
  @Test(arguments: [-1, 8192, .min, .max]) func otherCoresAreNotLeft(core: Int32) throws {
    let before = try allowedCores()
    fastvit_leave_core(core)
    #expect(try allowedCores() == before)
  }
}
