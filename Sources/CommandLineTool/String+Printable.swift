extension String {
  /// The text in one line and without control characters, which names from hostile files may hold
  /// and which would drive the terminal.
  package var printable: String {
    var line = ""
    for scalar in unicodeScalars {
      let isControl = scalar.properties.generalCategory == .control
      let isSeparator = scalar == "\u{2028}" || scalar == "\u{2029}"
      line += isControl || isSeparator ? scalar.escaped(asASCII: true) : String(scalar)
    }
    return line
  }
}
