import FastViTTestSupport
import Foundation
import Testing

@testable import FastViTFiles

/// Opening a damaged copy of a real file throws or returns, and never traps.
@Suite struct MutationTests {
  static let names = [
    "every_type.safetensors", "written.safetensors", "every_type.pth.tar", "network.bin",
    "module.pth", "script.pth", "legacy.pth",
  ]

  @Test(arguments: names) func rejectsEveryTruncation(name: String) throws {
    let whole = try Fixture.bytes(name)
    for count in 0..<whole.count { _ = try failure(opening: whole.prefix(count)) }
  }

  @Test(arguments: names) func survivesFlippedBytes(name: String) throws {
    var generator = SeededGenerator(1)
    let whole = [UInt8](try Fixture.bytes(name))
    let isWhole = (0..<4000).allSatisfy { _ in readsWholly(Data(Self.broken(whole, &generator))) }
    #expect(isWhole)
  }

  /// The checksum of each damaged pickle is made to fit, because a wrong one keeps the pickle from
  /// being read.
  @Test(arguments: ["every_type.pth.tar", "network.bin", "module.pth"])
  func survivesFlippedPickles(name: String) throws {
    var generator = SeededGenerator(2)
    var zip = try Self.unpacked(name)
    let whole = zip.entries[0].contents
    let isWhole = (0..<2500).allSatisfy { _ in
      zip.entries[0].contents = Self.broken(whole, &generator)
      return readsWholly(Data(zip.bytes))
    }
    #expect(isWhole)
  }

  @Test func rejectsEveryTruncationOfAPickle() throws {
    var zip = try Self.unpacked("every_type.pth.tar")
    #expect(try Checkpoint(Data(zip.bytes), file: "file").tensors.count == 21)
    let whole = zip.entries[0].contents
    for count in whole.indices {
      zip.entries[0].contents = Array(whole[..<count])
      _ = try failure(opening: zip.bytes)
    }
  }

  private static func unpacked(_ name: String) throws -> ZipWriter {
    let archive = try ZipArchive(Fixture.bytes(name), file: name)
    let entries = try archive.entries.map { entry in
      ZipWriter.Entry(
        name: entry.name,
        contents: [UInt8](try archive.contents(of: entry.name) ?? Data())
      )
    }
    try #require(entries.first?.name.hasSuffix("data.pkl") == true)
    return ZipWriter(entries)
  }

  /// `whole` with one to four random changes: a byte replaced, sometimes by an extreme value that
  /// breaks counts and offsets, a byte removed, or eight bytes repeated.
  private static func broken(_ whole: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
    var bytes = whole
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      let index = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<8, using: &generator) {
      case 0: bytes[index] = [0x00, 0x7F, 0x80, 0xFF].randomElement(using: &generator) ?? 0
      case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 2: bytes.remove(at: index)
      case 3: bytes.insert(contentsOf: bytes[index..<min(index + 8, bytes.count)], at: index)
      default: bytes[index] = UInt8(truncatingIfNeeded: generator.next())
      }
    }
    return bytes
  }
}
