import Foundation

/// A zip archive whose entries are read only if they are stored uncompressed, as `torch.save` writes
/// them.
///
/// Opening checks that the local headers agree with the directory at the end of the file, and that
/// entries neither overlap nor share a name.
struct ZipArchive {
  /// What errors call the archive.
  let file: String
  /// The whole archive.
  let bytes: Data
  /// The entries in the order of the directory.
  let entries: [ZipEntry]
  private let positions: [String: Int]

  init(_ bytes: Data, file: String) throws(FileError) {
    self.bytes = bytes
    self.file = file
    let directory = try ZipDirectory(bytes, file: file)
    var entries: [ZipEntry] = []
    var positions: [String: Int] = [:]
    var offset = directory.range.lowerBound
    while offset < directory.range.upperBound {
      let entry = try ZipEntry(directory, offset: &offset)
      guard positions.updateValue(entries.count, forKey: entry.name) == nil else {
        throw FileError(
          .malformed,
          file: file,
          found: "the zip entry '\(entry.name)' twice",
          expected: "each name once"
        )
      }
      entries.append(entry)
    }
    guard entries.count == directory.entryCount else {
      throw FileError(
        .malformed,
        file: file,
        found: "\(entries.count) zip entries",
        expected: "\(directory.entryCount)"
      )
    }
    var end = 0
    for entry in entries.sorted(by: { $0.headerOffset < $1.headerOffset }) {
      guard entry.headerOffset >= end else {
        throw FileError(
          .malformed,
          file: file,
          found: "the zip entry '\(entry.name)' over another part",
          expected: "entries that do not overlap"
        )
      }
      end = entry.data.upperBound
    }
    self.entries = entries
    self.positions = positions
  }

  /// The entry called `name`; `nil` if there is none.
  func entry(_ name: String) -> ZipEntry? { positions[name].map { entries[$0] } }

  /// The bytes of the entry called `name`, without a copy; `nil` if there is none.
  ///
  /// - Throws: `FileError` if the entry is compressed or encrypted.
  func contents(of name: String) throws(FileError) -> Data? {
    guard let entry = entry(name) else { return nil }
    guard entry.isStored else {
      throw FileError(
        .unsupported,
        file: file,
        found: "the zip entry '\(name)' compressed or encrypted",
        expected: "a stored entry, as torch.save writes it"
      )
    }
    return bytes.slice(entry.data)
  }

  /// A copy of the bytes of the entry called `name`; `nil` if there is none.
  ///
  /// - Throws: `FileError` if the entry is compressed or encrypted, or its checksum is wrong.
  func verifiedContents(of name: String) throws(FileError) -> [UInt8]? {
    guard let entry = entry(name), let data = try contents(of: name) else { return nil }
    let contents = [UInt8](data)
    guard CRC32.checksum(of: contents) == entry.checksum else {
      throw FileError(
        .malformed,
        file: file,
        found: "a wrong checksum of the zip entry '\(name)'",
        expected: "the checksum in the directory"
      )
    }
    return contents
  }
}

/// The checksum in zip archives: the cyclic redundancy check of IEEE 802.3.
enum CRC32 {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
  }

  static func checksum(of bytes: [UInt8]) -> UInt32 {
    let table = table
    return ~bytes.reduce(~0) { sum, byte in
      sum >> 8 ^ table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)]
    }
  }
}
