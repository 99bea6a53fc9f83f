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
}
