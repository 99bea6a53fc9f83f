import FastViTOperations
import Foundation
import Testing

@Suite struct AlignedBufferTests {
  /// Sizes around the smallest one for which huge pages are requested.
  @Test(arguments: [0, 1, 17, (4 << 20) - 1, 4 << 20, (6 << 20) + 5])
  func zerosOnACacheLine(byteCount: Int) {
    let buffer = AlignedBuffer(byteCount: byteCount)
    let bytes = buffer.values(as: UInt8.self)
    #expect(buffer.byteCount == byteCount && bytes.count == byteCount)
    #expect(buffer.values(as: Float.self).count == byteCount / 4)
    #expect(Int(bitPattern: buffer.pointer) % AlignedBuffer.alignment == 0)
    #expect(bytes.allSatisfy { $0 == 0 })
  }

  #if os(Linux)
    @Test func reservedMemoryIsTakenAndGivenBack() throws {
      #expect(AlignedBuffer(reserving: 1000) == nil)
      #expect(AlignedBuffer(reserving: 1 << 56) == nil, "more than any address space has")
      let page = 2 << 20
      let buffer = try #require(AlignedBuffer(reserving: 4 * page))
      let bytes = buffer.values(as: UInt8.self)
      buffer.makeResident(page..<3 * page)
      #expect(bytes.allSatisfy { $0 == 0 })
      bytes.update(repeating: 1)
      buffer.giveBack(from: 2 * page - 1)
      #expect(bytes[..<(2 * page)].allSatisfy { $0 == 1 }, "a part of a page stays")
      #expect(bytes[(2 * page)...].allSatisfy { $0 == 0 })
    }

    /// Large buffers return to the operating system. Their pages are never touched, so only the size of the
    /// address space shows them.
    @Test func largeBuffersAreGivenBack() throws {
      func pages() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        return try #require(text.split(separator: " ").first.flatMap { Int($0) })
      }
      let bytes = 1 << 30
      let before = try pages()
      for _ in 0..<64 { _ = AlignedBuffer(byteCount: bytes) }
      #expect(try (pages() - before) * sysconf(Int32(_SC_PAGESIZE)) < 32 * bytes)
    }
  #endif
}
