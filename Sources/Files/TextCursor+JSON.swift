extension TextCursor {
  /// Reads an object and calls `member` with each key; `member` must read the value.
  ///
  /// Values are never read recursively, since the texts read here have a fixed depth.
  ///
  /// - Throws: `FileError` if the text is not an object or a key occurs twice; errors of `member`.
  package mutating func object(
    _ member: (inout TextCursor, String) throws(FileError) -> Void
  ) throws(FileError) {
    var keys = Keys()
    try take("{")
    if skip("}") { return }
    repeat {
      let key = try string()
      guard keys.insert(key) else {
        throw failure(found: "the key '\(key)' twice", expected: "each key once")
      }
      try take(":")
      try member(&self, key)
    } while skip(",")
    try take("}")
  }

  /// Reads an array of at most `limit` whole numbers.
  mutating func naturalNumbers(limit: Int) throws(FileError) -> [Int] {
    var numbers: [Int] = []
    numbers.reserveCapacity(min(limit, 4))
    try take("[")
    if skip("]") { return numbers }
    repeat {
      guard numbers.count < limit else {
        throw failure(found: "more numbers", expected: "at most \(limit)")
      }
      numbers.append(try naturalNumber())
    } while skip(",")
    try take("]")
    return numbers
  }

  /// Reads a string, which must be valid UTF-8 once its escapes are replaced.
  ///
  /// - Parameter limit: the largest length in bytes. The default is the limit for names, because most
  ///   strings are names.
  package mutating func string(
    limit: Int = Checkpoint.nameLimit
  ) throws(FileError) -> String {
    try take("\"")
    // Almost no string has escapes, so the bytes before the next quote are usually the whole text.
    let start = offset
    offset = plainTextEnd
    let text =
      next == UInt8(ascii: "\"") ? bytes[start..<offset] : try escapedText(from: start)[...]
    try take("\"")
    guard text.count <= limit else {
      throw failure(found: "a string of \(text.count) bytes", expected: "at most \(limit)")
    }
    guard let valid = try? UTF8Span(validating: text.span) else {
      throw failure(found: "a string that is not UTF-8", expected: "UTF-8")
    }
    return String(copying: valid)
  }

  /// The offset of the first byte from the cursor on that ends a string, begins an escape, or is a
  /// control character.
  private var plainTextEnd: Int {
    let text = bytes.span
    var end = offset
    while end < text.count, text[end] >= 0x20, text[end] != UInt8(ascii: "\""),
      text[end] != UInt8(ascii: "\\")
    {
      end += 1
    }
    return end
  }

  /// Reads the bytes of a string from `start` to its closing quote, with escapes replaced. The bytes
  /// before the cursor have none.
  private mutating func escapedText(from start: Int) throws(FileError) -> [UInt8] {
    var text = [UInt8](bytes[start..<offset])
    while let byte = next, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw failure(expected: "no control character in a string") }
      offset += 1
      if byte == UInt8(ascii: "\\") {
        text += String(try escapedScalar()).utf8
      } else {
        text.append(byte)
      }
    }
    return text
  }

  /// Reads an array of at most `limit` strings.
  package mutating func strings(limit: Int) throws(FileError) -> [String] {
    var strings: [String] = []
    try take("[")
    if skip("]") { return strings }
    repeat {
      guard strings.count < limit else {
        throw failure(found: "more strings", expected: "at most \(limit)")
      }
      strings.append(try string())
    } while skip(",")
    try take("]")
    return strings
  }

  /// Reads a number that is finite and not negative.
  package mutating func magnitude() throws(FileError) -> Double {
    skipSpace()
    var digits: [UInt8] = []
    let longest = 32
    while let byte = next, "0123456789.eE+-".utf8.contains(byte), digits.count < longest {
      digits.append(byte)
      offset += 1
    }
    guard let first = digits.first, (0x30...0x39).contains(first),
      let value = Double(String(decoding: digits, as: UTF8.self)), value.isFinite
    else { throw failure(expected: "a number that is not negative") }
    return value
  }

  /// Reads `true` or `false`.
  package mutating func boolean() throws(FileError) -> Bool {
    skipSpace()
    if skip(word: "true") { return true }
    guard skip(word: "false") else { throw failure(expected: "true or false") }
    return false
  }

  /// Reads the part of an escape after its backslash and returns the character that it means.
  private mutating func escapedScalar() throws(FileError) -> Unicode.Scalar {
    guard let byte = next else { throw failure(expected: "an escape") }
    offset += 1
    switch Unicode.Scalar(byte) {
    case "\"", "\\", "/": return Unicode.Scalar(byte)
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u": break
    default: throw failure(found: "an unknown escape", expected: "one of JSON's")
    }
    let unit = try hexadecimalUnit()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard UTF16.isLeadSurrogate(unit), skip(word: "\\u") else {
      throw failure(found: "half a surrogate pair", expected: "a character")
    }
    let trail = try hexadecimalUnit()
    let code = 0x10000 + UInt32(unit & 0x3FF) << 10 + UInt32(trail & 0x3FF)
    guard UTF16.isTrailSurrogate(trail), let scalar = Unicode.Scalar(code) else {
      throw failure(found: "half a surrogate pair", expected: "a character")
    }
    return scalar
  }

  private mutating func hexadecimalUnit() throws(FileError) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw failure(expected: "four hexadecimal digits")
      }
      unit = unit << 4 | UInt16(digit)
      offset += 1
    }
    return unit
  }
}

/// The keys of an object so far. Most objects have few keys, and comparing these is faster than
/// hashing.
private struct Keys {
  private static let mostCompared = 8
  private var compared: [String] = []
  private var hashed: Set<String> = []

  /// Adds `key`; returns false if it is there already.
  mutating func insert(_ key: String) -> Bool {
    guard compared.count < Self.mostCompared else {
      if hashed.isEmpty { hashed.formUnion(compared) }
      return hashed.insert(key).inserted
    }
    guard !compared.contains(key) else { return false }
    if compared.isEmpty { compared.reserveCapacity(Self.mostCompared) }
    compared.append(key)
    return true
  }
}
