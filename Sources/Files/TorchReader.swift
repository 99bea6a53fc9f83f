import Foundation

/// Reads the tensors of a zip archive that `torch.save` wrote: the pickle `data.pkl` holds the
/// structure, and each entry under `data/` holds the bytes of one storage.
struct TorchReader {
  private(set) var tensors: [Tensor] = []
  let container: [String]
  let notes: [String]

  /// The largest pickle that is read, in bytes. A pickle holds only structure and is much smaller for
  /// any network.
  private static let pickleLimit = 1 << 26

  /// The largest ratio of the bytes of all tensors to the bytes of the file. Tied weights share a
  /// storage; a file with thousands of views of one storage could only keep its reader busy.
  private static let sharingLimit = 16

  init(_ bytes: Data, file: String) throws(FileError) {
    let archive = try ZipArchive(bytes, file: file)
    let prefix = try Self.prefix(of: archive)
    if let order = try archive.contents(of: prefix + "byteorder"),
      !order.elementsEqual("little".utf8)
    {
      throw FileError(
        .unsupported,
        file: file,
        found: "another byte order",
        expected: "little-endian tensors"
      )
    }
    let size = archive.entry(prefix + "data.pkl").map(\.data.count) ?? 0
    guard size <= Self.pickleLimit else {
      throw FileError(
        .unsupported,
        file: file,
        found: "\(size) bytes of data.pkl",
        expected: "at most \(Self.pickleLimit)"
      )
    }
    guard let pickle = try archive.verifiedContents(of: prefix + "data.pkl") else {
      throw FileError(.malformed, file: file, found: "no data.pkl", expected: "one")
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
        throw FileError(
          .unsupported,
          file: file,
          tensor: entry.name,
          found: "tensors that share their storages more than \(Self.sharingLimit) times",
          expected: "at most \(Self.sharingLimit) times the bytes of the file in all tensors"
        )
      }
      tensors.append(tensor)
    }
  }

  /// The archive's top folder with a slash at its end. PyTorch names it after the original file.
  private static func prefix(of archive: ZipArchive) throws(FileError) -> String {
    let prefixes = archive.entries.map(\.name)
      .filter { $0.hasSuffix("/data.pkl") }
      .map { $0.dropLast("data.pkl".count) }
      .filter { $0.dropLast().contains("/") == false }
    guard let prefix = prefixes.first.map(String.init), prefixes.count == 1 else {
      throw FileError(
        .malformed,
        file: archive.file,
        found: "a zip archive with \(prefixes.count) entries named data.pkl",
        expected: "one"
      )
    }
    guard archive.entry(prefix + "constants.pkl") == nil else {
      throw FileError(
        .unsupported,
        file: archive.file,
        found: "a TorchScript program",
        expected: "a checkpoint of torch.save (save the model's state_dict)"
      )
    }
    return prefix
  }
}
