import Foundation
import Testing

@testable import FastViTFiles

/// Checkpoints that PyTorch wrote.
@Suite struct TorchReaderTests {
  @Test func readsEveryType() throws {
    let checkpoint = try Checkpoint(contentsOf: Fixture.path("every_type.pth.tar"))
    #expect(checkpoint.format == .pytorch)
    #expect(checkpoint.container == ["state_dict"])
    for type in StoredType.allCases {
      let tensor = try #require(checkpoint[String(describing: type)])
      #expect(tensor.elementType == type)
      #expect(tensor.shape == [2, 2])
      #expect(tensor.values(as: Double.self) == Fixture.numbers(type))
    }
  }

  @Test func readsViews() throws {
    let checkpoint = try Checkpoint(contentsOf: Fixture.path("every_type.pth.tar"))
    func check(_ name: String, _ shape: [Int], _ values: [Float], isContiguous: Bool) throws {
      let tensor = try #require(checkpoint[name])
      #expect(tensor.shape == shape)
      #expect(tensor.values(as: Float.self) == values)
      #expect((tensor.contiguousBytes != nil) == isContiguous)
    }
    try check("transposed", [3, 2], [0, 3, 1, 4, 2, 5], isContiguous: false)
    try check("channels_last", [1, 3, 2, 4], (0..<24).map(Float.init), isContiguous: false)
    try check("tail", [4], [20, 21, 22, 23], isContiguous: true)
    try check("every_third", [8], stride(from: 1, to: 24, by: 3).map { $0 }, isContiguous: false)
    try check("scalar", [], [7], isContiguous: true)
    try check("empty", [0, 3], [], isContiguous: true)
    try check("parameter", [2], [1, 2], isContiguous: true)
    try check("with_attribute", [2], [3, 4], isContiguous: true)
  }

  @Test func saysWhatItIgnored() throws {
    let notes = try Checkpoint(contentsOf: Fixture.path("every_type.pth.tar")).notes
    #expect(
      notes == [
        "ignored beside 'state_dict': 'epoch', 'arch', 'args', 'optimizer'",
        "never called, kept as inert values: 'argparse.Namespace'",
      ]
    )
  }

  @Test func readsAPlainStateDictionary() throws {
    let checkpoint = try Checkpoint(contentsOf: Fixture.path("network.bin"))
    #expect(checkpoint.container == [])
    #expect(checkpoint.notes == [])
    #expect(
      checkpoint.tensors.map(\.name) == [
        "0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var",
        "1.num_batches_tracked",
      ]
    )
    #expect(checkpoint["0.weight"]?.shape == [3, 2, 1, 1])
    #expect(checkpoint["0.weight"]?.values(as: Double.self) == [0, 1, 2, 3, 4, 5])
    #expect(checkpoint["1.num_batches_tracked"]?.elementType == .int64)
  }

  @Test(arguments: [
    ("legacy.pth", "before 1.6"), ("script.pth", "TorchScript"),
    ("module.pth", "torch.nn.modules.container.Sequential"),
  ])
  func saysWhatItCannotRead(name: String, reason: String) throws {
    let error = try #require(throws: FileError.self) {
      try Checkpoint(contentsOf: Fixture.path(name))
    }
    #expect(error.kind == .unsupported)
    #expect(error.found.contains(reason), "\(error)")
  }

  @Test func saysThatATarArchiveIsOne() throws {
    let bytes = [UInt8](repeating: 0x61, count: 257) + "ustar".utf8
    let error = try failure(opening: bytes)
    #expect(error.kind == .unsupported && error.found == "a tar archive")
    #expect(try failure(opening: Array(bytes.dropLast())).kind == .malformed)
  }
}
