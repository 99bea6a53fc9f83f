extension PictureHeader {
  /// Reads a header of the form `P6 WIDTH HEIGHT MAXIMUM` and the one byte that ends it.
  ///
  /// White space, in which a comment from `#` to the end of its line may stand, separates the
  /// words. One byte of white space after the maximum, or the end of a comment that begins right
  /// there, is the end of the header.
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
