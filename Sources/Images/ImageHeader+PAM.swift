extension ImageHeader {
  /// Reads a header of lines: `P7`, then `WIDTH`, `HEIGHT`, `DEPTH`, `MAXVAL` and `TUPLTYPE` with their
  /// values, once each and in any order, then `ENDHDR`.
  ///
  /// Empty lines and lines that begin with `#` are ignored. `TUPLTYPE` is required, because the meaning
  /// of the samples must not be guessed.
  init(pam scanner: inout HeaderScanner) throws(ImageError) {
    guard try scanner.words() == ["P7"] else {
      throw scanner.malformed("more than P7 in the first line", expected: "P7 alone")
    }
    var numbers: [String: Int] = ["WIDTH": -1, "HEIGHT": -1, "DEPTH": -1, "MAXVAL": -1]
    var type: String?
    while true {
      let words = try scanner.words()
      guard let keyword = words.first, !keyword.hasPrefix("#") else { continue }
      if keyword == "ENDHDR" && words.count == 1 { break }
      guard words.count == 2 else {
        throw scanner.malformed(
          "\(words.count) words in the line of \(HeaderScanner.quoted(keyword))",
          expected: "a keyword and its value"
        )
      }
      if keyword == "TUPLTYPE" && type == nil {
        type = words[1]
      } else if numbers[keyword] == -1 {
        numbers[keyword] = try scanner.number(in: words[1], of: keyword)
      } else {
        let known = keyword == "TUPLTYPE" || numbers[keyword] != nil
        throw scanner.malformed(
          known ? "a second \(keyword)" : "the keyword \(HeaderScanner.quoted(keyword))",
          expected: "WIDTH, HEIGHT, DEPTH, MAXVAL and TUPLTYPE once each"
        )
      }
    }
    for keyword in ["WIDTH", "HEIGHT", "DEPTH", "MAXVAL"] where numbers[keyword] == -1 {
      throw scanner.malformed("no \(keyword)", expected: "one before ENDHDR")
    }
    try self.init(
      layout: Self.layout(type, depth: numbers["DEPTH"] ?? 0, of: scanner),
      height: numbers["HEIGHT"] ?? 0,
      width: numbers["WIDTH"] ?? 0,
      maximum: numbers["MAXVAL"] ?? 0,
      endingAt: scanner
    )
  }

  /// The layout that `TUPLTYPE` names; throws if it is unknown or `DEPTH` is another number of samples.
  private static func layout(
    _ type: String?,
    depth: Int,
    of scanner: HeaderScanner
  ) throws(ImageError) -> Layout {
    guard let type, let layout = Layout(rawValue: type) else {
      throw ImageError(
        kind: .unsupported,
        file: scanner.file,
        found: type.map { "the tuple type \(HeaderScanner.quoted($0))" } ?? "no TUPLTYPE",
        expected: "one of " + Layout.allCases.map(\.rawValue).joined(separator: ", ")
      )
    }
    guard depth == layout.depth else {
      throw scanner.malformed(
        "a depth of \(depth)",
        expected: "\(layout.depth) for \(layout.rawValue)"
      )
    }
    return layout
  }
}
