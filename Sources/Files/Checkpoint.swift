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

  /// The largest number of tensors in one file; a FastViT network has about a thousand.
  static let tensorLimit = 1 << 17

  /// The longest name in a file, in bytes: of a tensor, a key, a class or a zip entry.
  ///
  /// The time to hash or compare a string grows with the square of the number of accents on one letter,
  /// and printed tables are as wide as their longest name.
  package static let nameLimit = 1000

  /// The path as the caller gave it.
  package let file: String
  /// The format that the content shows.
  package let format: Format
  /// The tensors, in the order in which the file names them. Names are unique.
  package let tensors: [Tensor]
  /// The free text of a safetensors header (`__metadata__`); empty for other formats.
  package let metadata: [String: String]
  /// The keys that lead to the dictionary of tensors, outermost first, for example `["state_dict"]`.
  package let container: [String]
  /// Remarks for the user, one line each: what the reader ignored, and why.
  package let notes: [String]

  /// The tensor called `name`; the search is linear.
  package subscript(name: String) -> Tensor? { tensors.first { $0.name == name } }

  /// Opens the file at `path` and checks all of its structure. Elements stay in the mapped file.
  ///
  /// - Throws: `FileError` if the file cannot be read, breaks its format, or uses an unsupported
  ///   feature.
  package init(contentsOf path: String) throws(FileError) {
    try self.init(MappedFile.bytes(of: path), file: path)
  }

  /// Reads the content `bytes` of a file that errors call `file`.
  init(_ bytes: Data, file: String) throws(FileError) {
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
  init(of bytes: Data, file: String) throws(FileError) {
    let start = [UInt8](bytes.prefix(9))
    // The first eight bytes of a safetensors file are a length and can have any value, so the opening
    // brace of the header after them decides.
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
      throw FileError(
        .unsupported,
        file: file,
        found: "a bare pickle, as PyTorch wrote before 1.6",
        expected: expected + " (load it and save it again with a current PyTorch)"
      )
    }
    if bytes.slice(257..<262).map({ $0.elementsEqual("ustar".utf8) }) == true {
      throw FileError(
        .unsupported,
        file: file,
        found: "a tar archive",
        expected: expected
      )
    }
    throw FileError(
      .malformed,
      file: file,
      found: bytes.isEmpty ? "an empty file" : "\(bytes.count) bytes of another format",
      expected: expected
    )
  }
}
