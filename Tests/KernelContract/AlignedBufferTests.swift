import Foundation
import KernelContract
import Testing

@Suite struct AlignedBufferTests {
  /// Sizes around those from which on huge pages are asked for.
  @Test(arguments: [0, 1, 17, (1 << 20) - 1, 1 << 20, (3 << 19) + 5])
  func zerosOnACacheLine(count: Int) {
    let buffer = AlignedBuffer(count: count)
    #expect(buffer.count == count && buffer.values.count == count)
    #expect(Int(bitPattern: buffer.pointer) % AlignedBuffer.alignment == 0)
    #expect(buffer.values.allSatisfy { $0 == 0 })
  }

  #if os(Linux)
    /// Memory of the system's is given back: not touched, it counts in the address space alone.
    @Test func largeBuffersAreGivenBack() throws {
      func pages() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        return try #require(text.split(separator: " ").first.flatMap { Int($0) })
      }
      let bytes = 1 << 30
      let before = try pages()
      for _ in 0..<64 { _ = AlignedBuffer(count: bytes / MemoryLayout<Float>.stride) }
      #expect(try (pages() - before) * sysconf(Int32(_SC_PAGESIZE)) < 32 * bytes)
    }
  #endif
}
