import Foundation

/// One file in a zip archive, as the archive's directory describes it.
struct ZipEntry {
  /// The name, with the folders of the archive.
  let name: String
  /// Where the local header begins, in bytes from the start of the archive.
  let headerOffset: Int
  /// Whether the contents are neither compressed nor encrypted.
  let isStored: Bool
  /// Where the contents are, in bytes from the start of the archive.
  let data: Range<Int>
  /// The CRC-32 of the uncompressed contents.
  let checksum: UInt32

  // Sizes of the headers without their variable parts, in bytes.
  private static let directorySize = 46
  private static let localSize = 30

  /// Reads the entry of `directory` at `offset` and advances `offset` to the next entry.
  init(_ directory: ZipDirectory, offset: inout Int) throws(FileError) {
    let bytes = directory.bytes
    let file = directory.file
    func short(_ field: Int) -> Int? {
      bytes.integer(at: offset + field, as: UInt16.self).map(Int.init)
    }
    func long(_ field: Int) -> UInt64? {
      bytes.integer(at: offset + field, as: UInt32.self).map(UInt64.init)
    }
    guard long(0) == 0x0201_4B50, let flags = short(8), let method = short(10),
      let checksum = bytes.integer(at: offset + 16, as: UInt32.self),
      let nameSize = short(28), let extraSize = short(30), let commentSize = short(32),
      case let nameEnd = offset + Self.directorySize + nameSize,
      case let end = nameEnd + extraSize + commentSize, end <= directory.range.upperBound,
      let nameBytes = bytes.slice(nameEnd - nameSize..<nameEnd),
      let name = String(validating: nameBytes, as: UTF8.self)
    else { throw ZipDirectory.broken(file, "a broken zip directory", "a whole zip archive") }
    guard nameSize <= Checkpoint.nameLimit else {
      throw ZipDirectory.broken(
        file,
        "a zip entry whose name has \(nameSize) bytes",
        "at most \(Checkpoint.nameLimit)"
      )
    }
    isStored = flags & 1 == 0 && method == 0
    guard let disk = short(34), let packedSize = long(20), let size = long(24),
      let start = long(42), disk == 0 || disk == 0xFFFF,
      let wide = Self.wideFields(
        [size, packedSize, start],
        in: bytes.slice(nameEnd..<nameEnd + extraSize)
      ),
      wide[0] == wide[1] || !isStored, let size = Int(exactly: wide[1]),
      let start = Int(exactly: wide[2])
    else {
      throw ZipDirectory.broken(
        file,
        "broken sizes of the zip entry '\(name)'",
        "an entry in the archive"
      )
    }
    self.name = name
    self.checksum = checksum
    headerOffset = start
    data = try Self.contents(
      of: nameBytes,
      method: method,
      size: size,
      headerOffset: start,
      in: directory
    )
    offset = end
  }

  /// `fields`, with each field that refers to the zip64 part of `extra` replaced by its 64-bit value;
  /// `nil` if a value is missing there.
  private static func wideFields(_ fields: [UInt64], in extra: Data?) -> [UInt64]? {
    guard fields.contains(0xFFFF_FFFF) else { return fields }
    guard let extra else { return nil }
    var offset = 0
    while let tag = extra.integer(at: offset, as: UInt16.self),
      let size = extra.integer(at: offset + 2, as: UInt16.self)
    {
      offset += 4
      if tag == 1, let values = extra.slice(offset..<offset + Int(size)) {
        return replaced(fields, by: values)
      }
      offset += Int(size)
    }
    return nil
  }

  private static func replaced(_ fields: [UInt64], by values: Data) -> [UInt64]? {
    var fields = fields
    var offset = 0
    for index in fields.indices where fields[index] == 0xFFFF_FFFF {
      guard let value = values.integer(at: offset, as: UInt64.self) else { return nil }
      fields[index] = value
      offset += 8
    }
    return fields
  }

  /// Where the contents after a local header are; throws unless the header has the entry's name and
  /// method. Its sizes are ignored, because PyTorch writes zeros there and the sizes after the
  /// contents.
  private static func contents(
    of name: Data,
    method: Int,
    size: Int,
    headerOffset: Int,
    in directory: ZipDirectory
  ) throws(FileError) -> Range<Int> {
    let bytes = directory.bytes
    let limit = directory.range.lowerBound
    guard bytes.integer(at: headerOffset, as: UInt32.self) == 0x0403_4B50,
      bytes.integer(at: headerOffset + 8, as: UInt16.self).map(Int.init) == method,
      let nameSize = bytes.integer(at: headerOffset + 26, as: UInt16.self).map(Int.init),
      let extraSize = bytes.integer(at: headerOffset + 28, as: UInt16.self).map(Int.init),
      case let nameStart = headerOffset + localSize,
      bytes.slice(nameStart..<nameStart + nameSize) == name,
      case let start = nameStart + nameSize + extraSize, size <= limit - start
    else {
      throw ZipDirectory.broken(
        directory.file,
        "no contents of the zip entry '\(String(decoding: name, as: UTF8.self))'",
        "an entry where the directory says"
      )
    }
    return start..<start + size
  }
}
