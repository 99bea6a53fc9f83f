import Foundation

/// The location of a zip archive's central directory, according to the records at the end of the file.
struct ZipDirectory {
  /// What errors call the archive.
  let file: String
  /// The whole archive.
  let bytes: Data
  /// The location of the directory, in bytes from the start of the file.
  let range: Range<Int>
  /// The number of entries according to the end records.
  let entryCount: UInt64

  // Sizes of the records without their variable parts, in bytes.
  private static let endSize = 22
  private static let locatorSize = 20
  private static let end64Size = 56

  init(_ bytes: Data, file: String) throws(FileError) {
    self.file = file
    self.bytes = bytes
    guard let end = Self.endRecord(in: bytes) else {
      throw Self.broken(file, "no end of the directory", "a whole zip archive")
    }
    let narrow = Fields(
      count: UInt64(bytes.integer(at: end + 10, as: UInt16.self) ?? 0),
      size: UInt64(bytes.integer(at: end + 12, as: UInt32.self) ?? 0),
      offset: UInt64(bytes.integer(at: end + 16, as: UInt32.self) ?? 0)
    )
    guard bytes.integer(at: end + 4, as: UInt32.self) == 0,
      bytes.integer(at: end + 8, as: UInt16.self).map(UInt64.init) == narrow.count
    else { throw Self.broken(file, "a zip archive in several parts", "one file") }

    var fields = narrow
    var limit = end
    if bytes.integer(at: end - Self.locatorSize, as: UInt32.self) == 0x0706_4B50 {
      (fields, limit) = try Self.wide(bytes, locator: end - Self.locatorSize, file: file)
      guard narrow.agrees(with: fields) else {
        throw Self.broken(file, "two ends of the directory that differ", "one directory")
      }
    }
    let (sum, overflow) = fields.offset.addingReportingOverflow(fields.size)
    guard !overflow, sum == UInt64(limit) else {
      throw Self.broken(
        file,
        "a directory of \(fields.size) bytes at \(fields.offset)",
        "one that ends at \(limit)"
      )
    }
    range = Int(fields.offset)..<limit
    entryCount = fields.count
  }

  /// The fields that both kinds of end record have.
  private struct Fields {
    var count: UInt64
    var size: UInt64
    var offset: UInt64

    /// Whether each of these narrow fields has the value in `wide` or the mark that refers to it.
    func agrees(with wide: Fields) -> Bool {
      (count == wide.count || count == 0xFFFF)
        && (size == wide.size || size == 0xFFFF_FFFF)
        && (offset == wide.offset || offset == 0xFFFF_FFFF)
    }
  }

  /// Where the end record begins: the last signature whose comment ends with the file.
  private static func endRecord(in bytes: Data) -> Int? {
    let last = bytes.count - endSize
    guard last >= 0 else { return nil }
    return (max(0, last - 0xFFFF)...last).reversed().first { offset in
      bytes.integer(at: offset, as: UInt32.self) == 0x0605_4B50
        && bytes.integer(at: offset + 20, as: UInt16.self).map(Int.init) == last - offset
    }
  }

  /// The fields of the zip64 end record that the record at `locator` refers to, and where it begins.
  private static func wide(
    _ bytes: Data,
    locator: Int,
    file: String
  ) throws(FileError) -> (Fields, Int) {
    guard let start = bytes.integer(at: locator + 8, as: UInt64.self),
      let start = Int(exactly: start), start <= locator - end64Size,
      bytes.integer(at: start, as: UInt32.self) == 0x0606_4B50,
      let size = bytes.integer(at: start + 4, as: UInt64.self),
      size == UInt64(locator - start - 12),
      bytes.integer(at: start + 16, as: UInt64.self) == 0,
      let countHere = bytes.integer(at: start + 24, as: UInt64.self),
      let count = bytes.integer(at: start + 32, as: UInt64.self), count == countHere,
      let directorySize = bytes.integer(at: start + 40, as: UInt64.self),
      let directoryOffset = bytes.integer(at: start + 48, as: UInt64.self)
    else { throw broken(file, "a broken zip64 end of the directory", "a whole zip archive") }
    return (Fields(count: count, size: directorySize, offset: directoryOffset), start)
  }

  /// The error of a malformed directory or entry.
  static func broken(_ file: String, _ found: String, _ expected: String) -> FileError {
    FileError(.malformed, file: file, found: found, expected: expected)
  }
}
