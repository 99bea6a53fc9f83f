import Testing

@testable import FastViTMeasurement

@Suite struct ResidentMemoryTests {
  @Test(arguments: [
    ("Name:\tx\nVmHWM:\t  9 kB\nVmRSS:\t    2052 kB\nRssAnon:\t 1 kB\n", 2052 << 10),
    ("VmRSS:\t 2052 MB\n", nil), ("VmRSS:\t-1 kB\n", nil), ("VmRSS: x kB", nil), ("", nil),
    ("VmRSS:\t99999999999999999 kB\n", nil),
  ]) func statusOfLinux(text: String, bytes: Int?) {
    #expect(ResidentMemory.bytes(inStatus: text) == bytes)
  }

  #if os(Linux)
    @Test func thisProcess() throws {
      #expect(try #require(ResidentMemory.bytes) > 1 << 20)
    }
  #endif
}
