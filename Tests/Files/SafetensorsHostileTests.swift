import Foundation
import Testing

@testable import FastViTFiles

/// Every statement of a header is checked before it is used.
@Suite struct SafetensorsHostileTests {
  private static let entry = #"{"dtype":"U8","shape":[0],"data_offsets":[0,0]}"#

  @Test func rejectsLengthsBeyondTheFile() throws {
    for length: UInt64 in [3, 1 << 20, 100_000_001, 1 << 62, 1 << 63, .max] {
      let error = try failure(opening: littleEndian(length) + "{}".utf8)
      #expect(error.kind == .malformed)
      #expect(error.found == "a header of \(length) bytes")
    }
    #expect(try failure(opening: []).found == "an empty file")
    #expect(try failure(opening: littleEndian(UInt64(1) << 62)).kind == .malformed)
    // The format's limit applies even if the file is long enough.
    var long = Data(count: 100_000_009)
    long.replaceSubrange(..<9, with: littleEndian(UInt64(100_000_001)) + "{".utf8)
    #expect(try failure(opening: long).found == "a header of 100000001 bytes")
  }

  @Test func limitsTensors() throws {
    let entries = (0...Checkpoint.tensorLimit).map { "\"\($0)\":\(Self.entry)" }
    let error = try failure(opening: safetensors("{\(entries.joined(separator: ","))}"))
    #expect(error.found.hasPrefix("more tensors"))
  }

  @Test func blamesNoTensorForWhatFollowsIt() throws {
    #expect(try failure(opening: safetensors("{\"a\":{\"dtype\":1}}")).tensor == "a")
    #expect(try failure(opening: safetensors("{\"a\":\(Self.entry)!")).tensor == nil)
  }

  /// For the reason in `PickleHostileTests.takesNoLongStringsAsNames`.
  @Test func rejectsLongNames() throws {
    let accents = "a" + String(repeating: "\u{301}\u{316}", count: 1000)
    for name in [accents, String(repeating: "a", count: 1001)] {
      for header in ["{\"\(name)\":\(Self.entry)}", "{\"__metadata__\":{\"\(name)\":\"\"}}"] {
        let error = try failure(opening: safetensors(header))
        #expect(error.found.hasPrefix("a string of \(name.utf8.count) bytes"))
      }
    }
    let longest = String(repeating: "a", count: 1000)
    let header = "{\"__metadata__\":{\"a\":\"\(accents)\"},\"\(longest)\":\(Self.entry)}"
    #expect(try Checkpoint(Data(safetensors(header)), file: "file").tensors[0].name == longest)
  }

  @Test func rejectsNestedBrackets() throws {
    for bracket in ["[", "{", "{\"a\":"] {
      for start in ["", "{\"a\":", "{\"__metadata__\":{\"a\":", "{\"a\":{\"shape\":["] {
        let header = start + String(repeating: bracket, count: 200_000)
        #expect(try failure(opening: safetensors(header)).kind == .malformed)
      }
    }
  }

  @Test(arguments: [
    (0, 5, [4]), (0, 3, [4]), (1, 5, [4]), (4, 0, [4]), (0, 4, [5]), (0, 4, []), (0, 4, [2, 3]),
    (0, 8, [8]), (0, .max, [4]), (.max, .max, [0]), (0, 4, [1 << 62, 4]),
    (0, 0, [1 << 32, 1 << 32]),
    (0, 0, [0, 1 << 62, 1 << 62]), (0, 4, [1 << 62, 1 << 62, 0]),
  ])
  func rejectsOffsetsThatDoNotFit(begin: Int, end: Int, shape: [Int]) throws {
    let header = #"{"a":{"dtype":"U8","shape":\#(shape),"data_offsets":[\#(begin),\#(end)]}}"#
    let error = try failure(opening: safetensors(header, data: [1, 2, 3, 4]))
    #expect(error.kind == .malformed)
    #expect(error.file == "file")
  }

  @Test func rejectsOverlapsAndGaps() throws {
    for (begin, end) in [(0, 2), (1, 3), (3, 5), (0, 0), (0, 5), (1, 5)] {
      let header = """
        {"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},
         "b":{"dtype":"U8","shape":[\(end - begin)],"data_offsets":[\(begin),\(end)]}}
        """
      let error = try failure(opening: safetensors(header, data: [1, 2, 3, 4, 5]))
      #expect(error.kind == .malformed)
    }
  }

  @Test func rejectsHugeTypesInWrappingShapes() throws {
    let header = #"{"a":{"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,0]}}"#
    let error = try failure(opening: safetensors(header))
    #expect(error.tensor == "a")
    #expect(error.kind == .malformed)
  }

  @Test(arguments: [
    "", "{", "[]", "null", "{}x", "{},", " {}", "{\"a\"}", "{\"a\":1}", "{\"a\":{}}", "{,}",
    #"{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"U8","shape":[0.0],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"U8","shape":[0e0],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"U8","shape":[00],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"U8","shape":["0"],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"U8","shape":[0,],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"U8","shape":[99999999999999999999],"data_offsets":[0,0]}}"#,
    #"{"a":{"dtype":"U8","shape":[0],"data_offsets":[0]}}"#,
    #"{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0,0]}}"#,
    #"{"a":{"dtype":"U8","shape":[0]}}"#,
    #"{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"extra":0}}"#,
    #"{"a":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#,
    #"{"a":\#(entry),"a":\#(entry)}"#,
    #"{"a":\#(entry),"\u0061":\#(entry)}"#,
    #"{"__metadata__":{"a":"b","a":"b"}}"#, #"{"__metadata__":{"a":1}}"#,
    #"{"__metadata__":{},"__metadata__":{}}"#, #"{"__metadata__":[]}"#,
    #"{"\ud800":\#(entry)}"#, #"{"\ud800\u0041":\#(entry)}"#, #"{"\udc00":\#(entry)}"#,
    #"{"\udc00\udc00":\#(entry)}"#, #"{"\x":\#(entry)}"#, #"{"\u12":\#(entry)}"#,
    #"{"\u12g4":\#(entry)}"#, #"{"\u+123":\#(entry)}"#, "{\"a\u{1}\":\(entry)}", "{\"a", "{\"a\\",
  ])
  func rejectsBrokenHeaders(header: String) throws {
    #expect(try failure(opening: safetensors(header)).kind == .malformed)
  }

  @Test func rejectsNamesThatAreNotUTF8() throws {
    let header = [UInt8]("{\"".utf8) + [0xC3, 0x28] + "\":{}}".utf8
    #expect(
      try failure(opening: littleEndian(UInt64(header.count)) + header).found.contains("UTF-8")
    )
  }

  @Test func rejectsUnknownTypesByName() throws {
    let header = #"{"head.weight":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}"#
    let error = try failure(opening: safetensors(header, data: [0]))
    #expect(error.kind == .unsupported)
    #expect(error.tensor == "head.weight")
    #expect(error.found.contains("F8_E4M3"))
    #expect(error.expected.contains("BF16"))
  }

  @Test func rejectsTooManyDimensions() throws {
    let shape = [Int](repeating: 1, count: 65)
    let header = #"{"a":{"dtype":"U8","shape":\#(shape),"data_offsets":[0,1]}}"#
    #expect(try failure(opening: safetensors(header, data: [0])).kind == .malformed)
  }
}
