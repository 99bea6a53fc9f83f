import Foundation

/// A position in a sequence of binary fields, and readers of the fields.
struct ByteCursor {
  let bytes: [UInt8]
  private(set) var offset = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { offset == bytes.count }

  /// Reads the next `count` bytes; `nil` if fewer are left.
  mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard count <= bytes.count - offset else { return nil }
    defer { offset += count }
    return bytes[offset..<offset + count]
  }

  /// Reads the next little-endian integer; `nil` if too few bytes are left.
  mutating func integer<Integer: FixedWidthInteger>(_: Integer.Type) -> Integer? {
    guard let field = take(MemoryLayout<Integer>.size) else { return nil }
    return field.reversed().reduce(0) { $0 << 8 | Integer(truncatingIfNeeded: $1) }
  }

  /// Reads a little-endian byte count and then that many bytes; `nil` if too few bytes are left.
  mutating func counted<Integer: FixedWidthInteger & UnsignedInteger>(
    _ type: Integer.Type
  ) -> ArraySlice<UInt8>? {
    integer(type).flatMap { Int(exactly: $0) }.flatMap { take($0) }
  }

  /// Reads the bytes before the next line feed and skips the line feed; `nil` if there is none.
  mutating func line() -> ArraySlice<UInt8>? {
    guard let end = bytes[offset...].firstIndex(of: 0x0A) else { return nil }
    defer { offset = end + 1 }
    return bytes[offset..<end]
  }
}

extension Data {
  /// The little-endian integer `offset` bytes after the start; `nil` if it does not lie within the
  /// data.
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

  /// The bytes in `range`, counted from the start, without a copy; `nil` if the range leaves the data.
  func slice(_ range: Range<Int>) -> Data? {
    guard range.lowerBound >= 0, range.upperBound <= count else { return nil }
    return self[startIndex + range.lowerBound..<startIndex + range.upperBound]
  }
}
