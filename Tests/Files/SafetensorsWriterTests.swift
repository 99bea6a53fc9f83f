import FastViTTestSupport
import Foundation
import Testing

@testable import FastViTFiles

@Suite struct SafetensorsWriterTests {
  @Test func writesWhatTheFormatsOwnLibraryWrites() throws {
    let folder = try ScratchFolder()
    let path = folder.file("out.safetensors")
    try SafetensorsWriter.write(
      [
        .init("bias", shape: [1], [Float(0.5)]),
        .init("weight", shape: [2, 3], (0..<6).map(Float.init)),
        .init("count", shape: [], [Int64(5)]),
      ],
      to: path
    )
    #expect(try Data(contentsOf: URL(filePath: path)) == Fixture.bytes("written.safetensors"))
  }

  @Test func readsWhatItWrites() throws {
    let folder = try ScratchFolder()
    let path = folder.file("out.safetensors")
    let name = "a \"quoted\" \\ name\n\u{1}é😀"
    let large = (0..<300_001).map(Float.init)
    try SafetensorsWriter.write(
      [.init(name, shape: [large.count], large), .init("none", shape: [0], [Int64]())],
      metadata: ["format": "pt", name: name],
      to: path
    )
    let checkpoint = try Checkpoint(contentsOf: path)
    #expect(checkpoint.metadata == ["format": "pt", name: name])
    #expect(checkpoint[name]?.values(as: Float.self) == large)
    #expect(checkpoint["none"]?.elementType == .int64)
    #expect(try folder.names == ["out.safetensors"])
  }
}
