import Testing

@testable import FastViTFiles

@Suite struct FileErrorTests {
  @Test func isOneLine() {
    let error = FileError(
      .malformed,
      file: "a\nb.pth",
      tensor: "x\u{1B}[31m\u{202E}y\u{2028}",
      found: "1\r2",
      expected: "3"
    )
    #expect(
      error.description
        == #"a\nb.pth: tensor 'x\u{1B}[31m\u{202E}y\u{2028}': found 1\r2, expected 3"#
    )
  }

  @Test func cutsLongNames() {
    let name = String(repeating: "é", count: 100_000)
    let error = FileError(
      .malformed,
      file: "f",
      tensor: name,
      found: name,
      expected: name
    )
    #expect(error.description.count < 1000)
  }

  @Test func speaksOfTheFileAloneWithoutATensor() {
    let error = FileError(.missingFile, file: "f.pth", found: "nothing", expected: "a file")
    #expect(error.description == "f.pth: found nothing, expected a file")
  }
}
