/// The header of a PPM or PAM file, which describes the samples after it.
struct ImageHeader: Equatable {
  /// The meaning of the samples of a pixel; the raw value is PAM's word for it.
  enum Layout: String, CaseIterable {
    case rgb = "RGB"
    case rgbAlpha = "RGB_ALPHA"
    case gray = "GRAYSCALE"
    case grayAlpha = "GRAYSCALE_ALPHA"

    /// Number of samples per pixel.
    var depth: Int {
      switch self {
      case .rgb: 3
      case .rgbAlpha: 4
      case .gray: 1
      case .grayAlpha: 2
      }
    }

    /// The indices of red, green and blue among the samples of a pixel.
    var colours: (red: Int, green: Int, blue: Int) {
      switch self {
      case .rgb, .rgbAlpha: (0, 1, 2)
      case .gray, .grayAlpha: (0, 0, 0)
      }
    }
  }

  /// The meaning of the samples of a pixel.
  let layout: Layout
  /// Number of rows.
  let height: Int
  /// Number of columns.
  let width: Int
  /// The sample value of full intensity. Samples have two bytes if it is above 255.
  let maximum: Int
  /// Where the samples begin, in bytes from the start of the file.
  let offset: Int

  /// Number of bytes per sample.
  var sampleSize: Int { maximum > 255 ? 2 : 1 }

  /// Where the samples end, in bytes from the start of the file; `nil` if `Int` cannot hold that.
  ///
  /// Sides are at most 65,535 pixels, so only an `Int` of 32 bits can overflow.
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

extension ImageHeader {
  /// The formats that are read, for errors.
  static let formats = "PPM (P6) or PAM (P7)"

  /// Signatures of common formats that are not read, so that an error can name the format.
  private static let strangers: [(signature: [UInt8], name: String)] = [
    ([0xFF, 0xD8, 0xFF], "a JPEG file"), ([0x89, 0x50, 0x4E, 0x47], "a PNG file"),
    (Array("GIF8".utf8), "a GIF file"), (Array("RIFF".utf8), "a RIFF (WebP?) file"),
    (Array("P1".utf8), "a plain PBM file (P1)"), (Array("P2".utf8), "a plain PGM file (P2)"),
    (Array("P3".utf8), "a plain PPM file (P3)"), (Array("P4".utf8), "a PBM file (P4)"),
    (Array("P5".utf8), "a PGM file (P5)"),
  ]

  /// Reads the header at the start of `bytes`, which need not contain all samples.
  ///
  /// - Parameter file: what errors call the file.
  /// - Throws: `ImageError` if the header is malformed or of another format.
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
      let found = bytes.isEmpty ? "no bytes" : "an unknown format"
      throw scanner.malformed(found, expected: Self.formats)
    }
  }

  /// A header at whose end `scanner` is; throws if a number is out of its range.
  init(
    layout: Layout,
    height: Int,
    width: Int,
    maximum: Int,
    endingAt scanner: HeaderScanner
  ) throws(ImageError) {
    for (name, side) in [("width", width), ("height", height)] {
      guard side > 0 else { throw scanner.malformed("a \(name) of 0", expected: "at least 1") }
      guard side <= Image.longestSide else {
        throw ImageError(
          kind: .unsupported,
          file: scanner.file,
          found: "a \(name) of \(side)",
          expected: "at most \(Image.longestSide)"
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
