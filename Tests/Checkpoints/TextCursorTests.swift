import Testing

@testable import Checkpoints

/// Values that profiles hold beside those of headers.
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
    #expect(throws: CheckpointError.self) { try cursor.magnitude() }
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
    let error = #expect(throws: CheckpointError.self) { try cursor.strings(limit: 2) }
    #expect(error?.found.hasPrefix("more strings") == true)
  }

  @Test(arguments: ["9223372036854775808", "99999999999999999999"])
  func saysWhatIsTooLarge(text: String) {
    var cursor = cursor(text)
    let error = #expect(throws: CheckpointError.self) { try cursor.naturalNumber() }
    #expect(error?.found.hasPrefix("a number too large") == true)
  }
}
