/// Walks over the bytes of a header, which may be anything.
struct HeaderScanner {
  /// What errors call the file.
  let file: String
  /// The next byte to look at.
  private(set) var position = 0
  private let bytes: [UInt8]

  /// A scanner before the first byte.
  init(_ bytes: [UInt8], named file: String) {
    self.bytes = bytes
    self.file = file
  }

  /// An error about what is found.
  func malformed(_ found: String, expected: String) -> ImageError {
    ImageError(kind: .malformed, file: file, found: found, expected: expected)
  }

  /// A word of the file, fit for an error: short and printable.
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

  /// Passes over bytes that were looked at already.
  mutating func skip(_ count: Int) {
    position += count
  }

  /// Passes over white space and comments, at least one byte of them.
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

  /// Passes over one byte of white space, or over a comment with the end of its line.
  mutating func skipOneSpace(before name: String) throws(ImageError) {
    if next == UInt8(ascii: "#") { skipComment() }
    guard let byte = next, Self.isSpace(byte) else {
      throw unexpected(expected: "white space before \(name)")
    }
    position += 1
  }

  /// Passes over a comment, but not over the end of its line.
  private mutating func skipComment() {
    while let byte = next, !Self.isLineEnd(byte) { position += 1 }
  }

  /// A number in decimal digits.
  mutating func number(_ name: String) throws(ImageError) -> Int {
    let start = position
    while let byte = next, Self.isDigit(byte) { position += 1 }
    guard position > start else { throw unexpected(expected: "digits of \(name)") }
    return try number(in: String(decoding: bytes[start..<position], as: UTF8.self), of: name)
  }

  /// The number that a word consists of.
  func number(in word: String, of name: String) throws(ImageError) -> Int {
    // Int would accept a sign; and a number that is too large for Int is too large for a picture.
    guard word.utf8.allSatisfy(Self.isDigit), let number = Int(word) else {
      throw malformed("\(Self.quoted(word)) as \(name)", expected: "a number of reasonable size")
    }
    return number
  }

  /// The words of a line, which must end before the file does.
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
