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
    @Test func reservedMemoryIsTakenAndGivenBack() throws {
      #expect(AlignedBuffer(reserving: 1000) == nil)
      #expect(AlignedBuffer(reserving: 1 << 56) == nil, "more than any address space has")
      let page = 1 << 19
      let buffer = try #require(AlignedBuffer(reserving: 4 * page))
      buffer.makeResident(page..<3 * page)
      #expect(buffer.values.allSatisfy { $0 == 0 })
      for place in buffer.values.indices { buffer.values[place] = 1 }
      buffer.giveBack(from: 2 * page - 1)
      #expect(buffer.values[..<(2 * page)].allSatisfy { $0 == 1 }, "a part of a page stays")
      #expect(buffer.values[(2 * page)...].allSatisfy { $0 == 0 })
    }

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
