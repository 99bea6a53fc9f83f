@testable import FastViTFiles

/// Writes pickles instruction by instruction.
struct PickleWriter {
  private(set) var bytes: [UInt8]

  init(protocol version: UInt8 = 2) { bytes = [PickleOpcode.proto.rawValue, version] }

  mutating func add(_ opcode: PickleOpcode, _ fields: [UInt8] = []) {
    bytes += [opcode.rawValue] + fields
  }

  mutating func add(_ text: String) {
    add(.unicode32, littleEndian(UInt32(text.utf8.count)) + text.utf8)
  }

  mutating func add(_ number: Int) {
    add(.long8, [8] + littleEndian(number))
  }

  mutating func add(tuple numbers: [Int]) {
    add(.mark)
    for number in numbers { add(number) }
    add(.tuple)
  }

  mutating func add(global module: String, _ name: String) {
    add(.global, Array("\(module)\n\(name)\n".utf8))
  }

  /// Adds a call of `_rebuild_tensor_v2` on the storage called `key`.
  mutating func add(
    tensorOf key: String,
    count: Int,
    storageClass: String = "FloatStorage",
    offset: Int = 0,
    shape: [Int],
    strides: [Int]
  ) {
    add(callOf: "torch._utils", "_rebuild_tensor_v2") {
      $0.add(storage: ["storage"], storageClass, [key, "cpu"], count)
      $0.add(offset)
      $0.add(tuple: shape)
      $0.add(tuple: strides)
      $0.add(.newFalse)
      $0.add(.none)
    }
  }

  /// Adds a call whose arguments `arguments` adds.
  mutating func add(
    callOf module: String, _ name: String, _ arguments: (inout PickleWriter) -> Void = { _ in }
  ) {
    add(global: module, name)
    add(.mark)
    arguments(&self)
    add(.tuple)
    add(.reduce)
  }

  /// Adds a persistent identifier: words, a class of PyTorch, more words, numbers.
  mutating func add(
    storage words: [String], _ storageClass: String, _ more: [String], _ numbers: Int...
  ) {
    add(.mark)
    for word in words { add(word) }
    add(global: "torch", storageClass)
    for word in more { add(word) }
    for number in numbers { add(number) }
    add(.tuple)
    add(.persistentIdentifier)
  }

  /// Adds the tensor `[1.5, 2.5]` in storage `0`.
  mutating func addPair() { add(tensorOf: "0", count: 2, shape: [2], strides: [1]) }

  /// Adds a dictionary; `members` adds its keys and values in turn.
  mutating func dictionary(_ members: (inout PickleWriter) -> Void) {
    add(.emptyDictionary)
    add(.mark)
    members(&self)
    add(.setItems)
  }

  /// A checkpoint with the pickle that `build` writes and the storage `0`, which holds `[1.5, 2.5]`.
  static func checkpoint(
    protocol version: UInt8 = 2,
    _ build: (inout PickleWriter) -> Void
  ) -> [UInt8] {
    var writer = PickleWriter(protocol: version)
    build(&writer)
    writer.add(.stop)
    return ZipWriter(pickle: writer.bytes, storages: ["0": float32([1.5, 2.5])]).bytes
  }
}
