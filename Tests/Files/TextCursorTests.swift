import Testing

@testable import FastViTFiles

/// Readers of the kinds of values that only profiles hold, and limits of those that headers share.
@Suite struct TextCursorTests {
  private func cursor(_ text: String) -> TextCursor { TextCursor(Array(text.utf8), file: "file") }

  @Test(arguments: [("0", 0), (" 2.5e-1,", 0.25), ("1e308", 1e308)])
  func readsMagnitudes(text: String, value: Double) throws {
    var cursor = cursor(text)
    #expect(try cursor.magnitude() == value)
  }

  @Test(arguments: ["", "-1", "+1", ".5", "e5", "1e309", "1e5.5", "nan", "inf"])
  func rejectsOtherNumbers(text: String) {
    var cursor = cursor(text)
    #expect(throws: FileError.self) { try cursor.magnitude() }
  }

  @Test func endsLongNumbers() throws {
    var cursor = cursor(String(repeating: "1", count: 33))
    _ = try cursor.magnitude()
    #expect(cursor.offset == 32)
  }

  @Test func limitsStrings() throws {
    for (text, count) in [("[]", 0), ("[\"a\"]", 1), ("[\"a\", \"b\"]", 2)] {
      var cursor = cursor(text)
      #expect(try cursor.strings(limit: 2).count == count)
    }
    var cursor = cursor("[\"a\",\"b\",\"c\"]")
    let error = #expect(throws: FileError.self) { try cursor.strings(limit: 2) }
    #expect(error?.found.hasPrefix("more strings") == true)
  }

  /// The first eight keys are compared and later ones are hashed. A repetition of any key is found,
  /// wherever it comes.
  @Test func findsEveryKeyThatComesTwice() throws {
    let members = (0..<20).map { "\"\($0)\":1" }
    var whole = cursor("{\(members.joined(separator: ","))}")
    try whole.object { (cursor, _) throws(FileError) in _ = try cursor.naturalNumber() }
    #expect(whole.next == nil)
    for (first, second) in (0..<20).flatMap({ last in (0...last).map { ($0, last) } }) {
      let doubled = members[...second] + [members[first]] + members[(second + 1)...]
      var cursor = cursor("{\(doubled.joined(separator: ","))}")
      let error = #expect(throws: FileError.self) {
        try cursor.object { (cursor, _) throws(FileError) in _ = try cursor.naturalNumber() }
      }
      #expect(error?.found.hasPrefix("the key '\(first)' twice") == true)
    }
  }

  @Test(arguments: [
    (#""abc""#, "abc"), (#""a\nbc""#, "a\nbc"), (#""\u0061""#, "a"), (#""é\"é""#, "é\"é"),
    (#""""#, ""),
  ])
  func readsStringsWithAndWithoutEscapes(text: String, value: String) throws {
    var cursor = cursor(text + ",")
    #expect(try cursor.string() == value)
    #expect(cursor.next == UInt8(ascii: ","))
  }

  @Test(arguments: ["9223372036854775808", "99999999999999999999"])
  func saysWhatIsTooLarge(text: String) {
    var cursor = cursor(text)
    let error = #expect(throws: FileError.self) { try cursor.naturalNumber() }
    #expect(error?.found.hasPrefix("a number too large") == true)
  }
}
