/// A place in a small text, such as a header, and the tokens that JSON and Python literals share.
package struct TextCursor {
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

  /// The byte under the cursor, or `nil` at the end.
  package var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  /// Steps over white space.
  package mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
      offset += 1
    }
  }

  /// Steps over spaces and `character`, if that comes next.
  package mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  /// Steps over spaces and `character`, which must come next.
  package mutating func take(_ character: Unicode.Scalar) throws(CheckpointError) {
    guard skip(character) else { throw failure(expected: "'\(character)'") }
  }

  /// Steps over `word`, if that comes next.
  package mutating func skip(word: StaticString) -> Bool {
    let text = word.description.utf8
    guard bytes[offset...].starts(with: text) else { return false }
    offset += text.count
    return true
  }

  /// A number without sign, fraction, or exponent.
  package mutating func naturalNumber() throws(CheckpointError) -> Int {
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
      throw failure(expected: "a whole number, not negative")
    }
    return number
  }

  /// That something else than `expected` is under the cursor.
  package func failure(found: String? = nil, expected: String) -> CheckpointError {
    let something =
      found ?? next.map { "'\(Character(Unicode.Scalar($0)))'" } ?? "the end of \(part)"
    return CheckpointError(
      .malformed,
      file: file,
      tensor: tensor,
      found: "\(something) at byte \(offset) of \(part)",
      expected: expected
    )
  }
}
