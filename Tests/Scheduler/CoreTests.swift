import FastViTCPUShims
import Foundation
import Testing

#if os(Linux)
  /// Threads that leave their core, as only Linux lets them.
  @Suite struct CoreTests {
    /// What the system says about this thread.
    private func allowedCores() throws -> String {
      let status = try String(contentsOfFile: "/proc/thread-self/status", encoding: .utf8)
      return try #require(
        status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }.map(String.init))
    }

    /// The thread runs on another core afterwards, if it may use one, and may still use the same
    /// cores as before. Repeated, since the system may move the thread back at once.
    @Test func aThreadLeavesACoreAndMayReturn() throws {
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

    /// Nothing happens for a number that is no core or not the thread's own.
    @Test(arguments: [-1, 8192, .min, .max]) func otherCoresAreNotLeft(core: Int32) throws {
      let before = try allowedCores()
      fastvit_leave_core(core)
      #expect(try allowedCores() == before)
    }
  }
#endif
