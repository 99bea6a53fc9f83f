extension ImageHeader {
  /// Reads a header of the form `P6 WIDTH HEIGHT MAXIMUM` and the byte that ends it.
  ///
  /// Words are separated by white space and by comments, which run from `#` to the end of the line. The
  /// header ends with one byte of white space after the maximum, or with the end of a comment that
  /// directly follows the maximum.
  init(ppm scanner: inout HeaderScanner) throws(ImageError) {
    scanner.skip(2)
    try scanner.skipSpace(before: "the width")
    let width = try scanner.number("the width")
    try scanner.skipSpace(before: "the height")
    let height = try scanner.number("the height")
    try scanner.skipSpace(before: "the maximum")
    let maximum = try scanner.number("the maximum")
    try scanner.skipOneSpace(before: "the samples")
    try self.init(
      layout: .rgb,
      height: height,
      width: width,
      maximum: maximum,
      endingAt: scanner
    )
  }
}
