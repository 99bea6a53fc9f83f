/// The JSON header of a safetensors file: its statements, not yet checked against the data.
struct SafetensorsHeader {
  /// The header's statements about one tensor.
  struct Entry {
    let name: String
    let elementType: StoredType
    let shape: [Int]
    /// Where the data begins, in bytes from the end of the header.
    let begin: Int
    /// Where the data ends, in bytes from the end of the header.
    let end: Int

    /// Whether the data begins before the data of `other`, or ends first if both begin at one offset.
    func precedes(_ other: Entry) -> Bool { (begin, end) < (other.begin, other.end) }
  }

  private(set) var entries: [Entry] = []
  private(set) var metadata: [String: String] = [:]

  /// Parses the bytes of a header, which may end with spaces.
  init(_ bytes: [UInt8], file: String) throws(FileError) {
    var cursor = TextCursor(bytes, file: file)
    try cursor.object { (cursor, key) throws(FileError) in
      guard key != "__metadata__" else { return try readMetadata(&cursor) }
      guard entries.count < Checkpoint.tensorLimit else {
        throw cursor.failure(
          found: "more tensors",
          expected: "at most \(Checkpoint.tensorLimit)"
        )
      }
      cursor.tensor = key
      entries.append(try Self.entry(named: key, &cursor))
      cursor.tensor = nil
    }
    cursor.skipSpace()
    guard cursor.next == nil else { throw cursor.failure(expected: "the end of the header") }
  }

  private mutating func readMetadata(_ cursor: inout TextCursor) throws(FileError) {
    try cursor.object { (cursor, key) throws(FileError) in
      metadata[key] = try cursor.string(limit: .max)
    }
  }

  private static func entry(
    named name: String,
    _ cursor: inout TextCursor
  ) throws(FileError) -> Entry {
    var typeName: String?
    var shape: [Int]?
    var offsets: [Int]?
    try cursor.object { (cursor, key) throws(FileError) in
      switch key {
      case "dtype": typeName = try cursor.string()
      case "shape": shape = try cursor.naturalNumbers(limit: TensorLayout.rankLimit)
      case "data_offsets": offsets = try cursor.naturalNumbers(limit: 2)
      default:
        throw cursor.failure(
          found: "the key '\(key)'",
          expected: "dtype, shape, and data_offsets"
        )
      }
    }
    guard let typeName, let shape, let offsets, offsets.count == 2 else {
      throw cursor.failure(
        found: "an incomplete entry",
        expected: "dtype, shape, and two data_offsets"
      )
    }
    guard let type = StoredType(safetensorsName: typeName) else {
      throw FileError(
        .unsupported,
        file: cursor.file,
        tensor: name,
        found: "elements of type '\(typeName)'",
        expected: "one of " + StoredType.allCases.map(\.safetensorsName).joined(separator: ", ")
      )
    }
    return Entry(
      name: name,
      elementType: type,
      shape: shape,
      begin: offsets[0],
      end: offsets[1]
    )
  }
}
