import Foundation

/// A zip archive whose entries of interest are stored, not compressed, as `torch.save` writes them.
///
/// The directory at the end of the file is believed where the local headers agree with it; entries
/// neither overlap nor share a name.
struct ZipArchive {
  let file: String
  let bytes: Data
  /// The entries in the order of the directory.
  let entries: [ZipEntry]
  private let positions: [String: Int]

  init(_ bytes: Data, file: String) throws(CheckpointError) {
    self.bytes = bytes
    self.file = file
    let directory = try ZipDirectory(bytes, file: file)
    var entries: [ZipEntry] = []
    var positions: [String: Int] = [:]
    var offset = directory.range.lowerBound
    while offset < directory.range.upperBound {
      let entry = try ZipEntry(directory, offset: &offset)
      guard positions.updateValue(entries.count, forKey: entry.name) == nil else {
        throw CheckpointError(
          .malformed,
          file: file,
          found: "the zip entry '\(entry.name)' twice",
          expected: "each name once"
        )
      }
      entries.append(entry)
    }
    guard entries.count == directory.entryCount else {
      throw CheckpointError(
        .malformed,
        file: file,
        found: "\(entries.count) zip entries",
        expected: "\(directory.entryCount)"
      )
    }
    var end = 0
    for entry in entries.sorted(by: { $0.headerOffset < $1.headerOffset }) {
      guard entry.headerOffset >= end else {
        throw CheckpointError(
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

  /// The entry called `name`.
  func entry(_ name: String) -> ZipEntry? { positions[name].map { entries[$0] } }

  /// The bytes of the entry called `name`, without a copy, or `nil` where there is none.
  func contents(of name: String) throws(CheckpointError) -> Data? {
    guard let entry = entry(name) else { return nil }
    guard entry.isStored else {
      throw CheckpointError(
        .unsupported,
        file: file,
        found: "the zip entry '\(name)' compressed or encrypted",
        expected: "a stored entry, as torch.save writes it"
      )
    }
    return bytes.slice(entry.data)
  }

  /// The bytes of the entry called `name` after a check of their sum, or `nil` where there is none.
  func verifiedContents(of name: String) throws(CheckpointError) -> [UInt8]? {
    guard let entry = entry(name), let data = try contents(of: name) else { return nil }
    let contents = [UInt8](data)
    guard CRC32.checksum(of: contents) == entry.checksum else {
      throw CheckpointError(
        .malformed,
        file: file,
        found: "a wrong checksum of the zip entry '\(name)'",
        expected: "the checksum in the directory"
      )
    }
    return contents
  }
}
