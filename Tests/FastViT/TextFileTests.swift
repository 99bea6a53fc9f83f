import FastViTTestSupport
import Foundation
import Testing

@testable import FastViT

/// Only text is read, and files are written whole.
@Suite struct TextFileTests {
  @Test func readsTextsOnly() throws {
    let folder = try ScratchFolder()
    func file(_ name: String, _ bytes: Data) throws -> String {
      try bytes.write(to: URL(fileURLWithPath: folder.file(name)))
      return folder.file(name)
    }
    #expect(try TextFile.read(file("text", Data("é\n".utf8))) == "é\n")
    #expect(try TextFile.read(file("empty", Data())) == "")
    #expect(try TextFile.read(file("long", Data(count: 64 << 20))).utf8.count == 64 << 20)
    for bytes in [Data([0xC3, 0x28]), Data(count: 64 << 20 + 1)] {
      let error = #expect(throws: FastViTError.self) { try TextFile.read(file("other", bytes)) }
      #expect(error?.code == .badData)
    }
    for name in ["absent", "."] {
      let error = #expect(throws: FastViTError.self) { try TextFile.read(folder.file(name)) }
      #expect(error?.code == .missingInput)
    }
  }

  @Test func writesAllOrNone() throws {
    let folder = try ScratchFolder()
    let outputs = ["a", "b", "./a"].map { TextFile.Output(path: folder.file($0), text: $0) }
    let error = #expect(throws: FastViTError.self) { try TextFile.write(outputs) }
    #expect(error?.code == .cannotCreate)
    #expect(try folder.names.isEmpty)
    try TextFile.write(Array(outputs.dropLast()))
    #expect(try TextFile.read(folder.file("b")) == "b")
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func fullDevicesAreToldApart() {
    let error = #expect(throws: FastViTError.self) { try TextFile.write("text", to: "/dev/full") }
    #expect(error?.code == .cannotWrite)
  }
}
