@testable import FastViTFiles

/// Writes zip archives, valid or with chosen faults.
struct ZipWriter {
  struct Entry {
    var name: String
    var contents: [UInt8]
    var method: UInt16 = 0
    var flags: UInt16 = 0
    /// Added to the checksum.
    var checksumError: UInt32 = 0
    /// Added to the size that the directory claims.
    var sizeError: UInt32 = 0
    /// Where the directory claims that the entry begins; its true place if `nil`.
    var claimedOffset: UInt32?
    var localName: String?
  }

  var entries: [Entry]
  var isZip64 = false
  var comment: [UInt8] = []

  init(_ entries: [Entry]) { self.entries = entries }

  /// The archive that `torch.save` would write for a pickle and storages.
  init(pickle: [UInt8], storages: KeyValuePairs<String, [UInt8]> = [:]) {
    entries = [Entry(name: "archive/data.pkl", contents: pickle)]
    entries += storages.map { Entry(name: "archive/data/\($0.key)", contents: $0.value) }
  }

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    var directory: [UInt8] = []
    for entry in entries {
      let offset = entry.claimedOffset ?? UInt32(bytes.count)
      let checksum = CRC32.checksum(of: entry.contents) &+ entry.checksumError
      let size = UInt32(entry.contents.count) &+ entry.sizeError
      let name = entry.localName ?? entry.name
      bytes += [0x50, 0x4B, 3, 4, 20, 0] + littleEndian(entry.flags) + littleEndian(entry.method)
      bytes += [0, 0, 0, 0] + littleEndian(checksum)
      bytes += [UInt8](repeating: 0, count: 8) + littleEndian(UInt16(name.utf8.count)) + [3, 0]
      bytes += Array(name.utf8) + [9, 9, 9] + entry.contents

      directory += [0x50, 0x4B, 1, 2, 20, 0, 20, 0] + littleEndian(entry.flags)
      directory += littleEndian(entry.method) + [0, 0, 0, 0] + littleEndian(checksum)
      directory +=
        isZip64 ? [UInt8](repeating: 0xFF, count: 8) : littleEndian(size) + littleEndian(size)
      directory += littleEndian(UInt16(entry.name.utf8.count)) + [isZip64 ? 36 : 0, 0]
      directory += [UInt8](repeating: 0, count: 10)
      directory += isZip64 ? [0xFF, 0xFF, 0xFF, 0xFF] : littleEndian(offset)
      directory += entry.name.utf8
      if isZip64 {
        // A field of another kind comes first; readers must skip it.
        directory += [7, 0, 4, 0, 1, 0, 0, 0, 1, 0, 24, 0]
        directory += littleEndian(UInt64(size)) + littleEndian(UInt64(size))
        directory += littleEndian(UInt64(offset))
      }
    }
    return bytes + directory + end(of: directory.count, at: bytes.count)
  }

  private func end(of size: Int, at offset: Int) -> [UInt8] {
    let count = entries.count
    var end: [UInt8] = []
    if isZip64 {
      end += [0x50, 0x4B, 6, 6] + littleEndian(UInt64(44)) + [45, 0, 45, 0]
      end += [UInt8](repeating: 0, count: 8)
      end += littleEndian(UInt64(count)) + littleEndian(UInt64(count))
      end += littleEndian(UInt64(size)) + littleEndian(UInt64(offset))
      end += [0x50, 0x4B, 6, 7, 0, 0, 0, 0] + littleEndian(UInt64(offset + size)) + [1, 0, 0, 0]
    }
    end += [0x50, 0x4B, 5, 6, 0, 0, 0, 0]
    end +=
      isZip64
      ? [UInt8](repeating: 0xFF, count: 12)
      : littleEndian(UInt16(count)) + littleEndian(UInt16(count))
        + littleEndian(UInt32(size)) + littleEndian(UInt32(offset))
    return end + littleEndian(UInt16(comment.count)) + comment
  }
}
