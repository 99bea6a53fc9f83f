extension TextCursor {
  /// Reads an object, handing each key to `member`, which must step over the value. No key may come
  /// twice. Nothing here calls itself: headers have a fixed depth.
  package mutating func object(
    _ member: (inout TextCursor, String) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
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

  /// Reads an array of whole numbers, at most `limit` of them.
  mutating func naturalNumbers(limit: Int) throws(CheckpointError) -> [Int] {
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

  /// Reads a string, which must be valid UTF-8 after its escapes.
  ///
  /// - Parameter limit: the most bytes it may have; those of a name, for most strings are compared.
  package mutating func string(
    limit: Int = Checkpoint.nameLimit
  ) throws(CheckpointError) -> String {
    try take("\"")
    // Almost every string is nothing but its own bytes up to the quote.
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

  /// Where the bytes end, from the cursor on, that stand for themselves in a string.
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

  /// The bytes of a string from `start` to its quote, those behind the cursor without their escapes.
  private mutating func escapedText(from start: Int) throws(CheckpointError) -> [UInt8] {
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

  /// Reads an array of strings, at most `limit` of them.
  package mutating func strings(limit: Int) throws(CheckpointError) -> [String] {
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
  package mutating func magnitude() throws(CheckpointError) -> Double {
    skipSpace()
    var digits: [UInt8] = []
    let longest = 32
    while let byte = next, "0123456789.eE+-".utf8.contains(byte), digits.count < longest {
      digits.append(byte)
      offset += 1
    }
    guard let first = digits.first, (0x30...0x39).contains(first),
      let value = Double(String(decoding: digits, as: UTF8.self)), value.isFinite
    else { throw failure(expected: "a number, not negative") }
    return value
  }

  /// Reads `true` or `false`.
  package mutating func boolean() throws(CheckpointError) -> Bool {
    skipSpace()
    if skip(word: "true") { return true }
    guard skip(word: "false") else { throw failure(expected: "true or false") }
    return false
  }

  /// The character that the escape after a backslash stands for.
  private mutating func escapedScalar() throws(CheckpointError) -> Unicode.Scalar {
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

  private mutating func hexadecimalUnit() throws(CheckpointError) -> UInt16 {
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

/// The keys of an object. Most have a few, which are sooner compared than hashed.
private struct Keys {
  private static let mostCompared = 8
  private var compared: [String] = []
  private var hashed: Set<String> = []

  /// Adds `key`; false where it is there already.
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
