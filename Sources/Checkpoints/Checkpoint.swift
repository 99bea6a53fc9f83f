import Foundation

/// A checkpoint file of any supported format, recognised by its content rather than its name.
package struct Checkpoint: Sendable {
  /// How the file stores its tensors.
  package enum Format: Sendable {
    /// A JSON header and raw data.
    case safetensors
    /// The zip archive that `torch.save` has written since PyTorch 1.6.
    case pytorch
  }

  /// The most tensors that one file may hold; a network of the family has about a thousand.
  static let tensorLimit = 1 << 17

  /// The longest name of anything in a file, in bytes. To hash or compare strings takes time that grows
  /// with the square of the accents on one letter, and a table is as wide as its longest name.
  package static let nameLimit = 1000

  /// The path as the caller gave it.
  package let file: String
  package let format: Format
  /// The tensors, in the order in which the file names them; no two share a name.
  package let tensors: [Tensor]
  /// The free text of a safetensors header (`__metadata__`).
  package let metadata: [String: String]
  /// The keys unwrapped to reach the tensors, outermost first, for example `["state_dict"]`.
  package let container: [String]
  /// Anything odd worth telling a person, one line each: what was ignored, and why.
  package let notes: [String]

  /// The tensor called `name`, looked for among all.
  package subscript(name: String) -> Tensor? { tensors.first { $0.name == name } }

  /// Opens the file at `path` and checks all of its structure; element data stays in the file.
  package init(contentsOf path: String) throws(CheckpointError) {
    try self.init(MappedFile.bytes(of: path), file: path)
  }

  init(_ bytes: Data, file: String) throws(CheckpointError) {
    self.file = file
    format = try Format(of: bytes, file: file)
    switch format {
    case .safetensors:
      let reader = try SafetensorsReader(bytes, file: file)
      tensors = reader.tensors
      metadata = reader.metadata
      container = []
      notes = []
    case .pytorch:
      let reader = try TorchReader(bytes, file: file)
      tensors = reader.tensors
      metadata = [:]
      container = reader.container
      notes = reader.notes
    }
  }
}

extension Checkpoint.Format {
  /// Recognises a format by the first bytes of a file.
  init(of bytes: Data, file: String) throws(CheckpointError) {
    let start = [UInt8](bytes.prefix(9))
    // The header length of a safetensors file may look like anything, so its brace decides.
    if start.count == 9, start[8] == UInt8(ascii: "{") {
      self = .safetensors
      return
    }
    if start.starts(with: [0x50, 0x4B, 0x03, 0x04]) || start.starts(with: [0x50, 0x4B, 0x05, 0x06])
    {
      self = .pytorch
      return
    }
    let expected = "a safetensors file or a zip archive of torch.save"
    if start.starts(with: [0x80]) {
      throw CheckpointError(
        .unsupported,
        file: file,
        found: "a bare pickle, as PyTorch wrote before 1.6",
        expected: expected + " (load it and save it again with a current PyTorch)"
      )
    }
    if bytes.slice(257..<262).map({ $0.elementsEqual("ustar".utf8) }) == true {
      throw CheckpointError(
        .unsupported,
        file: file,
        found: "a tar archive",
        expected: expected
      )
    }
    throw CheckpointError(
      .malformed,
      file: file,
      found: bytes.isEmpty ? "an empty file" : "\(bytes.count) bytes that begin with neither",
      expected: expected
    )
  }
}
