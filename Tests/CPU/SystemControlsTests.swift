import Testing

@testable import FastViTCPU

/// Machines as Apple's systems describe them.
@Suite struct SystemControlsTests {
  private static func controls(
    _ numbers: [String: Int], _ words: [String: String] = [:]
  ) -> SystemControls {
    SystemControls(number: { numbers[$0] }, text: { words[$0] })
  }

  /// Two kinds of cores: the fast ones count, whose caches are larger.
  private let appleSilicon = controls(
    [
      "hw.perflevel0.l1dcachesize": 128 << 10, "hw.l1dcachesize": 64 << 10,
      "hw.perflevel0.l2cachesize": 12 << 20, "hw.l2cachesize": 4 << 20,
      "hw.perflevel0.cpusperl2": 4, "hw.perflevel0.logicalcpu_max": 4, "hw.logicalcpu_max": 8,
      "hw.perflevel0.physicalcpu_max": 4, "hw.physicalcpu_max": 8,
    ], ["machdep.cpu.brand_string": "Apple M1", "hw.machine": "arm64"])

  /// Four cores of two threads each.
  private let intel = controls(
    [
      "hw.l1dcachesize": 32 << 10, "hw.l2cachesize": 256 << 10, "hw.l3cachesize": 8 << 20,
      "hw.logicalcpu_max": 8, "hw.physicalcpu_max": 4, "machdep.cpu.family": 6,
      "machdep.cpu.model": 158,
    ], ["machdep.cpu.brand_string": "Intel(R) Core(TM) i7"])

  @Test func cachesOfTheFastCores() {
    let caches = CacheHierarchy(reading: appleSilicon).caches
    #expect(caches.map(\.bytes) == [128 << 10, 12 << 20])
    #expect(caches.map(\.sharingCores) == [1, 4])
  }

  @Test func cachesOfEqualCores() {
    let caches = CacheHierarchy(reading: intel).caches
    #expect(caches.map(\.level) == [1, 2, 3])
    #expect(caches.map(\.bytes) == [32 << 10, 256 << 10, 8 << 20])
    #expect(caches.map(\.sharingCores) == [2, 2, 8])
  }

  @Test(arguments: [[:], ["hw.l2cachesize": 0], ["hw.l1dcachesize": -1]])
  func whatIsNotThereIsLeftOut(numbers: [String: Int]) {
    #expect(CacheHierarchy(reading: Self.controls(numbers)).caches.isEmpty)
  }

  @Test func names() {
    func name(_ controls: SystemControls) -> String? {
      Processor(reading: controls, pageBytes: 4096).name
    }
    #expect(name(appleSilicon) == "Apple M1")
    #expect(name(intel) == "Intel(R) Core(TM) i7, family 6, model 158")
    #expect(name(Self.controls([:], ["hw.machine": "iPhone18,1"])) == "iPhone18,1")
    #expect(name(Self.controls([:])) == nil)
  }
}
