import Testing

@testable import FastViTCPU

/// Caches as Linux reports them.
@Suite struct CacheHierarchyTests {
  private func hierarchy(_ files: [String: String]) -> CacheHierarchy {
    let folder = "/sys/devices/system/cpu/cpu0/cache/"
    return CacheHierarchy(
      reading: SystemFiles { path in
        path.hasPrefix(folder) ? files[String(path.dropFirst(folder.count))] : nil
      })
  }

  @Test func dataCachesAreReadSmallestFirst() {
    let caches = hierarchy([
      "index0/level": "3\n", "index0/type": "Unified\n", "index0/size": "32M\n",
      "index0/shared_cpu_list": "0-7\n",
      "index1/level": "1\n", "index1/type": "Instruction\n", "index1/size": "32K\n",
      "index2/level": "1\n", "index2/type": "Data\n", "index2/size": "48K\n",
      "index2/shared_cpu_list": "0\n",
    ])
    #expect(caches.caches.map(\.bytes) == [48 << 10, 32 << 20])
    #expect(caches.caches.map(\.sharingCores) == [1, 8])
    #expect(caches.largestBytes == 32 << 20)
  }

  @Test func nonsenseIsLeftOut() {
    #expect(hierarchy([:]).largestBytes == nil)
    for size in ["99999999999999G", "9223372036854775807", "0K", "-4K", "0", "-4096", "K", ""] {
      let files = ["index0/level": "1", "index0/type": "Data", "index0/size": size]
      #expect(hierarchy(files).caches.isEmpty, "\(size)")
    }
  }
}
