/// What the first lines of a PPM or PAM file say about the samples that follow them.
struct PictureHeader: Equatable {
  /// What the samples of a pixel mean.
  enum Layout: String, CaseIterable {
    case rgb = "RGB"
    case rgbAlpha = "RGB_ALPHA"
    case gray = "GRAYSCALE"
    case grayAlpha = "GRAYSCALE_ALPHA"

    /// Samples in a pixel.
    var depth: Int {
      switch self {
      case .rgb: 3
      case .rgbAlpha: 4
      case .gray: 1
      case .grayAlpha: 2
      }
    }

    /// Which sample of a pixel is its red, its green and its blue; alpha is none of them.
    var colours: (red: Int, green: Int, blue: Int) {
      switch self {
      case .rgb, .rgbAlpha: (0, 1, 2)
      case .gray, .grayAlpha: (0, 0, 0)
      }
    }
  }

  /// What the samples of a pixel mean.
  let layout: Layout
  /// Rows.
  let height: Int
  /// Columns.
  let width: Int
  /// The sample that means full intensity; above 255 a sample has two bytes.
  let maximum: Int
  /// Where the samples begin in the file.
  let offset: Int

  /// Bytes in a sample.
  var sampleSize: Int { maximum > 255 ? 2 : 1 }

  /// Where the samples end in the file; nil if that is no number.
  ///
  /// Sides are at most 65 535 by now, so this cannot overflow 64 bits; where `Int` has 32 it can.
  var end: Int? {
    var end = 1
    for factor in [height, width, layout.depth, sampleSize] {
      let (product, overflow) = end.multipliedReportingOverflow(by: factor)
      guard !overflow else { return nil }
      end = product
    }
    let (sum, overflow) = end.addingReportingOverflow(offset)
    return overflow ? nil : sum
  }
}

extension PictureHeader {
  /// What is read, for errors.
  static let formats = "PPM (P6) or PAM (P7)"

  /// Signatures of files that people may well pass, so that the error can name them.
  private static let strangers: [(signature: [UInt8], name: String)] = [
    ([0xFF, 0xD8, 0xFF], "a JPEG file"), ([0x89, 0x50, 0x4E, 0x47], "a PNG file"),
    (Array("GIF8".utf8), "a GIF file"), (Array("RIFF".utf8), "a RIFF (WebP?) file"),
    (Array("P1".utf8), "a plain PBM file (P1)"), (Array("P2".utf8), "a plain PGM file (P2)"),
    (Array("P3".utf8), "a plain PPM file (P3)"), (Array("P4".utf8), "a PBM file (P4)"),
    (Array("P5".utf8), "a PGM file (P5)"),
  ]

  /// Reads the header at the beginning of `bytes`, which may end with it.
  ///
  /// - Parameter file: what errors call the file.
  init(_ bytes: [UInt8], named file: String) throws(ImageError) {
    var scanner = HeaderScanner(bytes, named: file)
    if bytes.starts(with: Array("P6".utf8)) {
      try self.init(ppm: &scanner)
    } else if bytes.starts(with: Array("P7".utf8)) {
      try self.init(pam: &scanner)
    } else if let stranger = Self.strangers.first(where: { bytes.starts(with: $0.signature) }) {
      throw ImageError(
        kind: .unsupported,
        file: file,
        found: stranger.name,
        expected: Self.formats
      )
    } else {
      let found = bytes.isEmpty ? "no bytes" : "something else"
      throw scanner.malformed(found, expected: Self.formats)
    }
  }

  /// A header whose numbers are checked.
  init(
    layout: Layout,
    height: Int,
    width: Int,
    maximum: Int,
    endingAt scanner: HeaderScanner
  ) throws(ImageError) {
    for (name, side) in [("width", width), ("height", height)] {
      guard side > 0 else { throw scanner.malformed("a \(name) of 0", expected: "at least 1") }
      guard side <= Picture.longestSide else {
        throw ImageError(
          kind: .unsupported,
          file: scanner.file,
          found: "a \(name) of \(side)",
          expected: "at most \(Picture.longestSide)"
        )
      }
    }
    guard (1...65_535).contains(maximum) else {
      throw scanner.malformed("a maximum of \(maximum)", expected: "1 to 65535")
    }
    self.init(
      layout: layout,
      height: height,
      width: width,
      maximum: maximum,
      offset: scanner.position
    )
  }
}
