/// A position in a small text, such as a header, and readers of the tokens that JSON and Python
/// literals share.
package struct TextCursor {
  /// What errors call the file.
  package let file: String
  /// What errors call the text.
  private let part: String
  let bytes: [UInt8]
  var offset = 0
  /// The tensor that the text around the cursor describes.
  var tensor: String?

  /// The start of `bytes`, a part of `file`.
  package init(_ bytes: [UInt8], file: String, part: String = "the header") {
    self.bytes = bytes
    self.file = file
    self.part = part
  }

  /// The byte at the cursor; `nil` at the end.
  package var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  /// Skips white space.
  package mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
      offset += 1
    }
  }

  /// Skips white space, and then `character` if it comes next; returns whether it does.
  package mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  /// Skips white space and `character`; throws if another character comes next.
  package mutating func take(_ character: Unicode.Scalar) throws(FileError) {
    guard skip(character) else { throw failure(expected: "'\(character)'") }
  }

  /// Skips `word` if it comes next; returns whether it does.
  package mutating func skip(word: StaticString) -> Bool {
    let text = word.description.utf8
    guard bytes[offset...].starts(with: text) else { return false }
    offset += text.count
    return true
  }

  /// Reads a number without sign, fraction or exponent; throws if `Int` cannot hold it.
  package mutating func naturalNumber() throws(FileError) -> Int {
    skipSpace()
    let start = offset
    var number = 0
    while let byte = next, case 0x30...0x39 = byte {
      let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(Int(byte - 0x30))
      guard !overflow, !carry else {
        throw failure(found: "a number too large", expected: "a number below 2^63")
      }
      number = sum
      offset += 1
    }
    let hasLeadingZero = offset > start + 1 && bytes[start] == 0x30
    guard offset > start, !hasLeadingZero else {
      throw failure(expected: "a whole number that is not negative")
    }
    return number
  }

  /// The error of finding something other than `expected` at the cursor.
  ///
  /// - Parameter found: what is there instead; the byte at the cursor if `nil`.
  package func failure(found: String? = nil, expected: String) -> FileError {
    let something =
      found ?? next.map { "'\(Character(Unicode.Scalar($0)))'" } ?? "the end of \(part)"
    return FileError(
      .malformed,
      file: file,
      tensor: tensor,
      found: "\(something) at byte \(offset) of \(part)",
      expected: expected
    )
  }
}
