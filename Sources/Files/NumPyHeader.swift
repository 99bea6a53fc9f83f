import Foundation

/// The header of an NPY file: a magic string, a version, a length, and a Python dictionary of three
/// entries.
struct NumPyHeader {
  /// The type of the elements in NumPy's notation, for example `<f4`.
  let typeName: String
  /// Whether the first dimension varies fastest.
  let isFortranOrder: Bool
  /// Sizes, outermost dimension first.
  let shape: [Int]
  /// Where the elements begin, in bytes from the start of the file.
  let dataOffset: Int

  /// The longest dictionary that is read, in bytes; NumPy's own limit is 10,000 characters.
  static let lengthLimit = 1 << 16

  /// Reads the header at the start of `bytes`.
  init(_ bytes: Data, file: String) throws(FileError) {
    let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]
    guard bytes.starts(with: magic), let major = bytes.integer(at: 6, as: UInt8.self),
      let minor = bytes.integer(at: 7, as: UInt8.self)
    else {
      throw FileError(
        .malformed,
        file: file,
        found: bytes.isEmpty
          ? "an empty file" : "\(bytes.count) bytes without NumPy's magic string",
        expected: "an NPY file"
      )
    }
    guard (1...3).contains(major), minor == 0 else {
      throw FileError(
        .unsupported,
        file: file,
        found: "NPY version \(major).\(minor)",
        expected: "1.0 to 3.0"
      )
    }
    let length =
      major == 1
      ? bytes.integer(at: 8, as: UInt16.self).map(Int.init)
      : bytes.integer(at: 8, as: UInt32.self).map(Int.init)
    let start = major == 1 ? 10 : 12
    guard let length, length <= Self.lengthLimit, let text = bytes.slice(start..<start + length)
    else {
      throw FileError(
        .malformed,
        file: file,
        found: length.map { "a header of \($0) bytes" } ?? "no header",
        expected: "a header of at most \(max(0, min(bytes.count - start, Self.lengthLimit))) bytes"
      )
    }
    dataOffset = start + length
    var cursor = TextCursor([UInt8](text), file: file)
    (typeName, isFortranOrder, shape) = try Self.dictionary(&cursor)
    cursor.skipSpace()
    guard cursor.next == nil else { throw cursor.failure(expected: "the end of the header") }
  }

  private static func dictionary(
    _ cursor: inout TextCursor
  ) throws(FileError) -> (typeName: String, isFortranOrder: Bool, shape: [Int]) {
    var typeName: String?
    var isFortranOrder: Bool?
    var shape: [Int]?
    try cursor.take("{")
    while !cursor.skip("}") {
      let key = try cursor.pythonString()
      try cursor.take(":")
      switch key {
      case "descr" where typeName == nil: typeName = try elementTypeName(&cursor)
      case "fortran_order" where isFortranOrder == nil: isFortranOrder = try cursor.pythonBool()
      case "shape" where shape == nil: shape = try cursor.pythonTuple()
      default:
        throw cursor.failure(
          found: "the key '\(key)'",
          expected: "descr, fortran_order, and shape, each once"
        )
      }
      if !cursor.skip(",") {
        try cursor.take("}")
        break
      }
    }
    guard let typeName, let isFortranOrder, let shape else {
      throw cursor.failure(
        found: "an incomplete header",
        expected: "descr, fortran_order, and shape"
      )
    }
    return (typeName, isFortranOrder, shape)
  }

  private static func elementTypeName(
    _ cursor: inout TextCursor
  ) throws(FileError) -> String {
    cursor.skipSpace()
    guard cursor.next != UInt8(ascii: "[") else {
      throw FileError(
        .unsupported,
        file: cursor.file,
        found: "a structured element type",
        expected: "numbers"
      )
    }
    return try cursor.pythonString()
  }
}

extension TextCursor {
  /// Reads a string without escapes, in single or double quotes.
  fileprivate mutating func pythonString() throws(FileError) -> String {
    skipSpace()
    guard let quote = next, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      throw failure(expected: "a string")
    }
    offset += 1
    let start = offset
    while let byte = next, byte != quote, byte != UInt8(ascii: "\\") { offset += 1 }
    guard next == quote, let text = String(validating: bytes[start..<offset], as: UTF8.self) else {
      throw failure(expected: "the end of a string")
    }
    offset += 1
    return text
  }

  fileprivate mutating func pythonBool() throws(FileError) -> Bool {
    skipSpace()
    if skip(word: "True") { return true }
    if skip(word: "False") { return false }
    throw failure(expected: "True or False")
  }

  /// Reads a tuple of whole numbers: `()`, `(3,)`, `(3, 4)`.
  fileprivate mutating func pythonTuple() throws(FileError) -> [Int] {
    var numbers: [Int] = []
    try take("(")
    while !skip(")") {
      guard numbers.count < TensorLayout.rankLimit else {
        throw failure(found: "more sizes", expected: "at most \(TensorLayout.rankLimit)")
      }
      numbers.append(try naturalNumber())
      // In Python, one number in parentheses is a tuple only with a comma after it.
      guard !skip(",") else { continue }
      guard numbers.count > 1 else { throw failure(expected: "','") }
      try take(")")
      break
    }
    return numbers
  }
}
