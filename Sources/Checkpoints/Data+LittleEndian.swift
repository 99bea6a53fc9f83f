import Foundation

extension Data {
  /// The little-endian integer `offset` bytes after the start, or `nil` where that leaves the data.
  func integer<Integer: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int,
    as: Integer.Type
  ) -> Integer? {
    let size = MemoryLayout<Integer>.size
    guard offset >= 0, offset <= count - size else { return nil }
    return Integer(
      littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: Integer.self)
    )
  }

  /// The bytes in `range`, counted from the start, without a copy, or `nil` where that leaves the
  /// data.
  func slice(_ range: Range<Int>) -> Data? {
    guard range.lowerBound >= 0, range.upperBound <= count else { return nil }
    return self[startIndex + range.lowerBound..<startIndex + range.upperBound]
  }
}
