/// Reads the tokens of an image's header from bytes that may be arbitrary.
struct HeaderScanner {
  /// What errors call the file.
  let file: String
  /// The offset of the next byte to read.
  private(set) var position = 0
  private let bytes: [UInt8]

  /// A scanner at the first byte.
  init(_ bytes: [UInt8], named file: String) {
    self.bytes = bytes
    self.file = file
  }

  /// The error of finding `found` in a file that breaks its format.
  func malformed(_ found: String, expected: String) -> ImageError {
    ImageError(kind: .malformed, file: file, found: found, expected: expected)
  }

  /// A word of the file in quotes for an error: at most 24 characters, and `?` for those that are not
  /// printable ASCII.
  static func quoted(_ word: String) -> String {
    let printable = word.unicodeScalars.prefix(24).map { (" "..."~").contains($0) ? $0 : "?" }
    var text = ""
    text.unicodeScalars.append(contentsOf: printable)
    return "'\(text)'" + (word.unicodeScalars.count > 24 ? "..." : "")
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (9...13).contains(byte) }

  private static func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  /// Skips `count` bytes, which must have been checked before.
  mutating func skip(_ count: Int) {
    position += count
  }

  /// Skips white space and comments; throws if there are none. Errors say that `name` comes next.
  mutating func skipSpace(before name: String) throws(ImageError) {
    let start = position
    while let byte = next {
      if byte == UInt8(ascii: "#") {
        skipComment()
      } else if Self.isSpace(byte) {
        position += 1
      } else {
        break
      }
    }
    if position == start { throw unexpected(expected: "white space before \(name)") }
  }

  /// Skips one byte of white space, or a comment and the end of its line; throws if neither comes next.
  mutating func skipOneSpace(before name: String) throws(ImageError) {
    if next == UInt8(ascii: "#") { skipComment() }
    guard let byte = next, Self.isSpace(byte) else {
      throw unexpected(expected: "white space before \(name)")
    }
    position += 1
  }

  /// Skips a comment, but not the end of its line.
  private mutating func skipComment() {
    while let byte = next, !Self.isLineEnd(byte) { position += 1 }
  }

  /// Reads a number in decimal digits, which errors call `name`.
  mutating func number(_ name: String) throws(ImageError) -> Int {
    let start = position
    while let byte = next, Self.isDigit(byte) { position += 1 }
    guard position > start else { throw unexpected(expected: "digits of \(name)") }
    return try number(in: String(decoding: bytes[start..<position], as: UTF8.self), of: name)
  }

  /// The number that `word` consists of, which errors call `name`.
  func number(in word: String, of name: String) throws(ImageError) -> Int {
    // `Int` accepts a sign, which is not allowed here. A number too large for `Int` is too large for an
    // image.
    guard word.utf8.allSatisfy(Self.isDigit), let number = Int(word) else {
      throw malformed("\(Self.quoted(word)) as \(name)", expected: "a number of reasonable size")
    }
    return number
  }

  /// Reads the words of a line and its line feed; throws if the file ends before a line feed.
  mutating func words() throws(ImageError) -> [String] {
    let start = position
    while let byte = next, byte != 0x0A { position += 1 }
    guard next != nil else { throw unexpected(expected: "the end of a header line") }
    let line = bytes[start..<position]
    position += 1
    return line.split(whereSeparator: Self.isSpace).map { String(decoding: $0, as: UTF8.self) }
  }

  private func unexpected(expected: String) -> ImageError {
    let found = next.map { "byte \($0) at offset \(position)" } ?? "the end of the file"
    return malformed(found, expected: expected)
  }
}
