import Foundation
import Testing

@testable import FastViTFiles

@Suite struct ZipArchiveTests {
  private let pickle: [UInt8]
  private let storages: KeyValuePairs = ["0": float32([1.5, 2.5])]

  init() {
    var writer = PickleWriter()
    writer.dictionary {
      $0.add("x")
      $0.addPair()
    }
    writer.add(.stop)
    pickle = writer.bytes
  }

  private func expectOpens(
    _ zip: ZipWriter,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let checkpoint = try Checkpoint(Data(zip.bytes), file: "file")
    #expect(
      checkpoint["x"]?.values(as: Float.self) == [1.5, 2.5],
      sourceLocation: sourceLocation
    )
  }

  @Test(arguments: [false, true], [0, 1, 22, 65535])
  func findsTheDirectory(isZip64: Bool, commentSize: Int) throws {
    var zip = ZipWriter(pickle: pickle, storages: storages)
    zip.isZip64 = isZip64
    zip.comment = [UInt8](repeating: 0x50, count: commentSize)
    try expectOpens(zip)
  }

  @Test func limitsNames() throws {
    for size in [1000, 1001] {
      var zip = ZipWriter(pickle: pickle, storages: storages)
      zip.entries.append(ZipWriter.Entry(name: String(repeating: "n", count: size), contents: []))
      guard size > 1000 else {
        try expectOpens(zip)
        continue
      }
      #expect(try failure(opening: zip.bytes).found == "a zip entry whose name has 1001 bytes")
    }
  }

  @Test func checksumIsTheUsualOne() {
    #expect(CRC32.checksum(of: Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(CRC32.checksum(of: []) == 0)
  }

  @Test func saysWhichEntryIsCompressed() throws {
    for index in 0...1 {
      var zip = ZipWriter(pickle: pickle, storages: storages)
      zip.entries[index].method = 8
      var encrypted = ZipWriter(pickle: pickle, storages: storages)
      encrypted.entries[index].flags = 1
      for zip in [zip, encrypted] {
        let error = try failure(opening: zip.bytes)
        #expect(error.kind == .unsupported)
        #expect(error.found.contains(zip.entries[index].name))
      }
    }
  }

  @Test func rejectsAWrongChecksumOfThePickle() throws {
    var zip = ZipWriter(pickle: pickle, storages: storages)
    zip.entries[0].checksumError = 1
    #expect(try failure(opening: zip.bytes).found.contains("checksum"))
  }

  @Test func rejectsEntriesThatDoNotFit() throws {
    let changes: [(inout ZipWriter.Entry) -> Void] = [
      { $0.sizeError = 1 }, { $0.sizeError = 1 << 30 }, { $0.sizeError = .max },
      { $0.claimedOffset = 0 }, { $0.claimedOffset = 1 }, { $0.claimedOffset = 1 << 30 },
      { $0.claimedOffset = .max }, { $0.localName = "archive/data/1" },
      { $0.localName = "archive/data/longer" }, { $0.name = "archive/data.pkl" },
      {
        $0.name = "archive/data.pkl"
        $0.claimedOffset = 0
      },
    ]
    for isZip64 in [false, true] {
      for (index, change) in changes.enumerated() {
        var zip = ZipWriter(pickle: pickle, storages: storages)
        zip.isZip64 = isZip64
        change(&zip.entries[1])
        #expect(try failure(opening: zip.bytes).kind == .malformed, "change \(index)")
      }
    }
  }

  /// The records at the end must agree.
  @Test func rejectsEndsThatContradict() throws {
    var zip = ZipWriter(pickle: pickle, storages: storages)
    let narrow = zip.bytes
    zip.isZip64 = true
    let wide = zip.bytes
    // Offsets from the start of the end record: disk, entries on this disk and in all, size, offset.
    let changes: [(places: [Int], isZip64: Bool)] = [
      ([4], false), ([6], false), ([8], false), ([10], false), ([8, 10], false), ([12], false),
      ([16], false), ([20], false), ([9], true), ([12], true), ([16], true),
      // In the zip64 record: signature, size, disks, entries, size, offset; then the locator.
      ([-76], true), ([-72], true), ([-60], true), ([-52], true), ([-44], true),
      ([-52, -44], true),
      ([-36], true), ([-28], true), ([-12], true),
    ]
    for (places, isZip64) in changes {
      for bit in 0..<8 as Range<UInt8> {
        var bytes = isZip64 ? wide : narrow
        for place in places { bytes[bytes.count - 22 + place] ^= 1 << bit }
        #expect(try failure(opening: bytes).kind == .malformed, "\(places), bit \(bit)")
      }
    }
  }

  /// A zip64 end record in the comment comes after the locator that refers to it.
  @Test func rejectsAnEndBehindItsLocator() throws {
    var zip = ZipWriter(pickle: pickle, storages: storages)
    zip.isZip64 = true
    zip.comment = [0x50, 0x4B, 6, 6] + [UInt8](repeating: 0, count: 60)
    var bytes = zip.bytes
    let comment = bytes.count - zip.comment.count
    bytes.replaceSubrange(comment - 34..<comment - 26, with: littleEndian(UInt64(comment)))
    #expect(try failure(opening: bytes).found == "a broken zip64 end of the directory")
  }

  /// The directory and the local header of the last entry must agree.
  @Test func rejectsEntriesThatContradict() throws {
    let bytes = ZipWriter(pickle: pickle, storages: storages).bytes
    let directory = bytes.count - 22 - 46 - "archive/data/0".utf8.count
    let local = try #require(
      bytes.indices.last { bytes[$0...].starts(with: [0x50, 0x4B, 3, 4]) })
    // In the directory: signature, packed size, size, comment size, disk. In the local header:
    // signature, method, name.
    let places = [0, 20, 24, 32, 34].map { directory + $0 } + [0, 8, 30].map { local + $0 }
    for place in places {
      var changed = bytes
      changed[place] ^= 1
      #expect(try failure(opening: changed).kind == .malformed, "\(place)")
    }
  }

  @Test func rejectsAnEntryInAnother() throws {
    var inner = ZipWriter([.init(name: "archive/data/1", contents: float32([1.5, 2.5]))]).bytes
    inner.removeSubrange((inner.count - 22 - 46 - "archive/data/1".utf8.count)...)
    var zip = ZipWriter(pickle: pickle, storages: storages)
    zip.entries.append(.init(name: "archive/outer", contents: inner))
    try expectOpens(zip)
    let start = try #require(zip.bytes.firstRange(of: inner)).lowerBound
    zip.entries.append(
      .init(name: "archive/data/1", contents: float32([1.5, 2.5]), claimedOffset: UInt32(start))
    )
    #expect(try failure(opening: zip.bytes).found.contains("over another part"))
  }

  @Test func rejectsAnotherByteOrder() throws {
    var zip = ZipWriter(pickle: pickle, storages: storages)
    zip.entries.append(.init(name: "archive/byteorder", contents: Array("little".utf8)))
    try expectOpens(zip)
    zip.entries[2].contents = Array("big".utf8)
    #expect(try failure(opening: zip.bytes).kind == .unsupported)
  }

  @Test func expectsOnePickle() throws {
    for names in [[], ["data.pkl"], ["a/b/data.pkl"], ["a/data.pkl", "b/data.pkl"]] {
      let zip = ZipWriter(names.map { .init(name: $0, contents: pickle) })
      #expect(try failure(opening: zip.bytes).found.contains("data.pkl"), "\(names)")
    }
  }

  @Test func rejectsStoragesOfAnotherSize() throws {
    for size in [0, 4, 7, 9, 12] {
      let zip = ZipWriter(pickle: pickle, storages: ["0": [UInt8](repeating: 0, count: size)])
      let error = try failure(opening: zip.bytes)
      #expect(error.tensor == "x")
      #expect(error.kind == .malformed)
    }
    #expect(try failure(opening: ZipWriter(pickle: pickle).bytes).found.contains("data/0"))
  }
}
