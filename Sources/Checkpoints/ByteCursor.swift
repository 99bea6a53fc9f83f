/// A place in a sequence of binary fields.
struct ByteCursor {
  let bytes: [UInt8]
  private(set) var offset = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { offset == bytes.count }

  /// The next `count` bytes, or `nil` where there are fewer.
  mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard count <= bytes.count - offset else { return nil }
    defer { offset += count }
    return bytes[offset..<offset + count]
  }

  /// The next little-endian integer.
  mutating func integer<Integer: FixedWidthInteger>(_: Integer.Type) -> Integer? {
    guard let field = take(MemoryLayout<Integer>.size) else { return nil }
    return field.reversed().reduce(0) { $0 << 8 | Integer(truncatingIfNeeded: $1) }
  }

  /// As many bytes as the next little-endian integer says.
  mutating func counted<Integer: FixedWidthInteger & UnsignedInteger>(
    _ type: Integer.Type
  ) -> ArraySlice<UInt8>? {
    integer(type).flatMap { Int(exactly: $0) }.flatMap { take($0) }
  }

  /// The bytes up to the next line feed, which is stepped over.
  mutating func line() -> ArraySlice<UInt8>? {
    guard let end = bytes[offset...].firstIndex(of: 0x0A) else { return nil }
    defer { offset = end + 1 }
    return bytes[offset..<end]
  }
}
