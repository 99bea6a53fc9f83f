import Foundation

/// Turns the zip archive that `torch.save` writes into tensors: a pickle of the structure,
/// `data.pkl`, and the storages behind the tensors, one entry each under `data/`.
struct TorchReader {
  private(set) var tensors: [Tensor] = []
  let container: [String]
  let notes: [String]

  /// The largest pickle, in bytes. It holds only structure: this is far beyond any network's.
  private static let pickleLimit = 1 << 26

  /// How many times as many bytes as the file may be in its tensors. Tied weights share a storage;
  /// thousands of views of one would only keep the reader of them busy.
  private static let sharingLimit = 16

  init(_ bytes: Data, file: String) throws(CheckpointError) {
    let archive = try ZipArchive(bytes, file: file)
    let prefix = try Self.prefix(of: archive)
    if let order = try archive.contents(of: prefix + "byteorder"),
      !order.elementsEqual("little".utf8)
    {
      throw CheckpointError(
        .unsupported,
        file: file,
        found: "another byte order",
        expected: "little-endian tensors"
      )
    }
    let size = archive.entry(prefix + "data.pkl").map(\.data.count) ?? 0
    guard size <= Self.pickleLimit else {
      throw CheckpointError(
        .unsupported,
        file: file,
        found: "\(size) bytes of data.pkl",
        expected: "at most \(Self.pickleLimit)"
      )
    }
    guard let pickle = try archive.verifiedContents(of: prefix + "data.pkl") else {
      throw CheckpointError(.malformed, file: file, found: "no data.pkl", expected: "one")
    }
    var machine = PickleMachine(pickle, file: file)
    let root = try machine.run()
    let dictionary = try TensorDictionary(in: machine.graph, root: root, file: file)
    container = dictionary.container
    notes = dictionary.notes
    let builder = TorchTensorBuilder(graph: machine.graph, archive: archive, prefix: prefix)
    tensors.reserveCapacity(dictionary.tensors.count)
    var room = bytes.count * Self.sharingLimit
    for entry in dictionary.tensors {
      let tensor = try builder.tensor(named: entry.name, entry.value)
      room -= tensor.elementCount * tensor.elementType.byteCount
      guard room >= 0 else {
        throw CheckpointError(
          .unsupported,
          file: file,
          tensor: entry.name,
          found: "tensors that share their storages more than \(Self.sharingLimit) times",
          expected: "most bytes in one tensor"
        )
      }
      tensors.append(tensor)
    }
  }

  /// The folder that holds everything, with its slash: the archive's original name.
  private static func prefix(of archive: ZipArchive) throws(CheckpointError) -> String {
    let prefixes = archive.entries.map(\.name)
      .filter { $0.hasSuffix("/data.pkl") }
      .map { $0.dropLast("data.pkl".count) }
      .filter { $0.dropLast().contains("/") == false }
    guard let prefix = prefixes.first.map(String.init), prefixes.count == 1 else {
      throw CheckpointError(
        .malformed,
        file: archive.file,
        found: "a zip archive with \(prefixes.count) entries named data.pkl",
        expected: "one"
      )
    }
    guard archive.entry(prefix + "constants.pkl") == nil else {
      throw CheckpointError(
        .unsupported,
        file: archive.file,
        found: "a TorchScript program",
        expected: "a checkpoint of torch.save (save the model's state_dict)"
      )
    }
    return prefix
  }
}
