import FastViTTestSupport
import Foundation
import Testing

@testable import FastViTFiles

@Suite struct NumPyFileTests {
  private static let floatingPoint: Set<StoredType> = [.float16, .float32, .float64]

  @Test(arguments: [1, 2, 3]) func readsRealFiles(version: Int) throws {
    let array = try NumPyFile.read(
      Fixture.path("version\(version).npy"),
      as: Double.self,
      accepting: Self.floatingPoint
    )
    #expect(array.shape == [2, 3])
    #expect(array.values == [0, 1, 2, 3, 4, 5])
  }

  @Test func writesWhatNumPyWrites() throws {
    let folder = try ScratchFolder()
    let path = folder.file("out.npy")
    let values: [Float] = [0, 1, 2, 3, 4, 5]
    try NumPyFile.write([(path, NumPyArray(shape: [2, 3], values: values))])
    #expect(try Data(contentsOf: URL(filePath: path)) == Fixture.bytes("version1.npy"))
  }

  @Test(arguments: [[], [1], [6], [1, 2, 3, 1], [Int](repeating: 1, count: 32)])
  func readsWhatItWrites(shape: [Int]) throws {
    let folder = try ScratchFolder()
    let path = folder.file("out.npy")
    let values = (0..<shape.reduce(1, *)).map { Float($0) - 0.5 }
    try NumPyFile.write([(path, NumPyArray(shape: shape, values: values))])
    let array = try NumPyFile.read(path, as: Float.self, accepting: [.float32])
    #expect(array.shape == shape)
    #expect(array.values == values)
  }

  @Test func readsHeadersInAnyOrder() throws {
    let header = #"{"shape":(2,),'descr':"<f4",'fortran_order':False}"#
    #expect(try Self.open(Self.file(header, data: float32([1, 2]))).shape == [2])
  }

  @Test(arguments: [
    ("'descr': '>f4', 'fortran_order': False, 'shape': (1,)", ">f4"),
    ("'descr': '|O', 'fortran_order': False, 'shape': (1,)", "|O"),
    ("'descr': '<i4', 'fortran_order': False, 'shape': (1,)", "<i4"),
    ("'descr': '<f8', 'fortran_order': False, 'shape': (1,)", "<f8"),
    ("'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,)", "structured"),
    ("'descr': '<f4', 'fortran_order': True, 'shape': (1,)", "Fortran"),
    ("'descr': '<f4', 'fortran_order': False, 'shape': (0,)", "[0]"),
    ("'descr': '<f4', 'fortran_order': False, 'shape': (1, 0, 3)", "[1, 0, 3]"),
  ])
  func saysWhatItCannotUse(members: String, reason: String) throws {
    let error = try #require(throws: FileError.self) {
      try Self.open(Self.file("{\(members)}", data: [0, 0, 0, 0]))
    }
    #expect(error.kind == .unsupported)
    #expect(error.found.contains(reason))
  }

  @Test(arguments: [
    "", "{", "{}", "{'descr': '<f4'}", "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}",
    "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}",
    "{'descr': '<f4', 'fortran_order': True, 'fortran_order': False, 'shape': (1,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'shape': (1,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1,,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': 1}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775808,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'extra': 1}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x",
    "{'descr': '<\\f4', 'fortran_order': False, 'shape': (1,)}",
    "{'descr': '<f4, 'fortran_order': False, 'shape': (1,)}", "{'descr': '\\x", "{'",
  ])
  func rejectsBrokenHeaders(header: String) throws {
    let error = try #require(throws: FileError.self) {
      try Self.open(Self.file(header, data: [0, 0, 0, 0]))
    }
    #expect(error.kind == .malformed)
  }

  @Test(arguments: [1 << 16, 1 << 16 + 1]) func limitsHeaders(length: Int) throws {
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}"
    header += String(repeating: " ", count: length - header.utf8.count)
    let bytes = [0x93] + "NUMPY".utf8 + [3, 0] + littleEndian(UInt32(length)) + header.utf8
    if length > 1 << 16 {
      let error = try #require(throws: FileError.self) {
        try Self.open(bytes + [0, 0, 0, 0])
      }
      #expect(error.found == "a header of \(length) bytes")
    } else {
      #expect(try Self.open(bytes + [0, 0, 0, 0]).shape == [1])
    }
  }

  @Test func rejectsMissingAndSurplusBytes() throws {
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)}"
    for count in [0, 3, 12, 15, 17, 20] {
      #expect(throws: FileError.self) {
        try Self.open(Self.file(header, data: [UInt8](repeating: 0, count: count)))
      }
    }
    let whole = [UInt8](try Fixture.bytes("version1.npy"))
    for count in whole.indices {
      #expect(throws: FileError.self) { try Self.open(Array(whole[..<count])) }
    }
    #expect(throws: FileError.self) { try Self.open(Self.file("{", nested: 200_000)) }
    #expect(throws: FileError.self) {
      try Self.open([0x93] + "NUMPY".utf8 + [2, 0, 0xFF, 0xFF, 0xFF, 0xFF])
    }
    for version: [UInt8] in [[0, 0], [1, 1], [4, 0]] {
      let error = try #require(throws: FileError.self) {
        try Self.open([0x93] + "NUMPY".utf8 + version + [0, 0])
      }
      #expect(error.kind == .unsupported)
    }
  }

  @Test func survivesFlippedBytes() throws {
    var generator = SeededGenerator(3)
    for name in ["version1.npy", "version2.npy", "version3.npy"] {
      let whole = [UInt8](try Fixture.bytes(name))
      for _ in 0..<3000 {
        var bytes = whole
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
          bytes[bytes.indices.randomElement(using: &generator) ?? 0] = UInt8(
            truncatingIfNeeded: generator.next())
        }
        let tensor = try? Self.open(bytes, accepting: Self.floatingPoint)
        #expect(tensor.map { $0.values(as: Float.self).count == $0.elementCount } ?? true)
      }
    }
  }

  private static func open(
    _ bytes: [UInt8],
    accepting: Set<StoredType> = [.float32]
  ) throws -> Tensor {
    try NumPyFile.tensor(Data(bytes), file: "file", accepting: accepting)
  }

  private static func file(_ header: String, data: [UInt8]) -> [UInt8] {
    [0x93] + "NUMPY".utf8 + [1, 0] + littleEndian(UInt16(header.utf8.count)) + header.utf8 + data
  }

  private static func file(_ bracket: String, nested depth: Int) -> [UInt8] {
    let header = String(repeating: bracket, count: depth)
    return [0x93] + "NUMPY".utf8 + [2, 0] + littleEndian(UInt32(depth)) + header.utf8
  }
}
